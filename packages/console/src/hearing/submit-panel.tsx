import { type FormEvent, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useAnnounce } from '../parts/announcer.tsx';
import { Button } from '../parts/button.tsx';
import { ChoiceField, ReasonsField, reasonsAreEnough } from '../parts/fields.tsx';
import { Panel } from '../parts/panel.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { say } from '../words/say.ts';
import type { Ask, HeardCase } from './ask.ts';

const KINDS = ['appeal', 'representation', 'complaint'] as const;
type Kind = (typeof KINDS)[number];
type Props = { readonly ask: Ask; readonly heard: HeardCase; readonly onSent: () => void };

/** The answer of the accused, in words and documents. What is sent is recorded at once, and its clock starts. */
export function SubmitPanel({ ask, heard, onSent }: Props) {
  const [kind, setKind] = useState<Kind>(heard.statement === null ? 'representation' : 'appeal');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isSent, setSent] = useState(false);
  const announce = useAnnounce();
  const send = async (path: string, body: BodyInit): Promise<void> => {
    setBusy(true);
    setError(null);
    setSent(false);
    try {
      await ask('POST', path, body);
      setText('');
      setSent(true);
      announce(say('hearing.done'));
      onSent();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send('submissions', JSON.stringify({ kind, text }));
  };
  return (
    <Panel title={say('hearing.answer')} note={say('hearing.answer.note')}>
      <form onSubmit={submit}>
        <ChoiceField
          label={say('hearing.kind')}
          value={kind}
          onChange={setKind}
          choices={KINDS.map((each) => ({
            value: each,
            label: say(`submission.${each}`),
            help: say(`submission.${each}.means`),
          }))}
        />
        <ReasonsField label={say('hearing.text')} value={text} onChange={setText} charsMax={20_000} />
        {error === null ? null : <Trouble error={error} />}
        {isSent ? <p className="notice good">{say('hearing.done')}</p> : null}
        <div className="buttons">
          <Button type="submit" look="main" isDisabled={busy || !reasonsAreEnough(text)}>
            {say('hearing.send')}
          </Button>
          <FileTrigger
            onSelect={(files) => {
              const [file] = [...(files ?? [])];
              if (file !== undefined) void send(`documents?name=${encodeURIComponent(file.name)}`, file);
            }}
          >
            <AriaButton className="button" isDisabled={busy}>
              {say('hearing.document')}
            </AriaButton>
          </FileTrigger>
        </div>
      </form>
    </Panel>
  );
}
