import { type FormEvent, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { LineField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';
import { LinkForm } from './link-form.tsx';

/** What can still be done once a case is decided: an appeal, a bundle of the evidence, or taking it back. */
export function AfterPanel({ shown }: { readonly shown: ShownCase }) {
  const forms = [
    ['link', <LinkForm shown={shown} />],
    ['appeal', <AppealForm shown={shown} />],
    ['export', <ExportForm shown={shown} />],
    ['reopen', <ReopenForm shown={shown} />],
  ] as const;
  return (
    <div className="after">
      {forms.map(([name, form]) => (
        <Disclosure key={name} className="disclosure">
          <AriaButton slot="trigger" className="button quiet">
            {say(`after.${name}`)}
          </AriaButton>
          <DisclosurePanel>{form}</DisclosurePanel>
        </Disclosure>
      ))}
    </div>
  );
}

type Props = { readonly shown: ShownCase };

function onSubmit(act: () => void): (event: FormEvent) => void {
  return (event) => {
    event.preventDefault();
    act();
  };
}

function AppealForm({ shown }: Props) {
  const [account, setAccount] = useState('');
  const [grounds, setGrounds] = useState('');
  const change = useChange(
    () => post(`/v1/cases/${shown.case}/appeals`, { account: account.trim(), grounds }),
    () => say('appeal.done'),
  );
  return (
    <form onSubmit={onSubmit(() => void change.run(undefined))}>
      <p className="note">{say('appeal.note')}</p>
      <LineField label={say('appeal.account')} value={account} onChange={setAccount} isRequired />
      <ReasonsField label={say('appeal.grounds')} value={grounds} onChange={setGrounds} />
      {change.error === null ? null : <Trouble error={change.error} />}
      <Button type="submit" isDisabled={change.busy || account.trim() === '' || !reasonsAreEnough(grounds)}>
        {say('appeal.do')}
      </Button>
    </form>
  );
}

function ExportForm({ shown }: Props) {
  const [requester, setRequester] = useState('');
  const [purpose, setPurpose] = useState('');
  const [legalBasis, setLegalBasis] = useState('');
  const [bundle, setBundle] = useState('');
  const change = useChange(
    async () => {
      const made = await post<{ dir: string }>(`/v1/cases/${shown.case}/export`, {
        requester,
        purpose,
        legalBasis,
      });
      setBundle(made.dir);
      return made;
    },
    (made) => say('export.done', { bundle: made.dir }),
  );
  const ready = [requester, purpose, legalBasis].every((each) => each.trim() !== '');
  return (
    <form onSubmit={onSubmit(() => void change.run(undefined))}>
      <p className="note">{say('export.note')}</p>
      <LineField label={say('export.requester')} value={requester} onChange={setRequester} isRequired />
      <LineField label={say('export.purpose')} value={purpose} onChange={setPurpose} isRequired />
      <LineField label={say('export.legalBasis')} value={legalBasis} onChange={setLegalBasis} isRequired />
      {change.error === null ? null : <Trouble error={change.error} />}
      {bundle === '' ? null : <p className="notice good">{say('export.done', { bundle })}</p>}
      <Button type="submit" isDisabled={change.busy || !ready}>
        {say('export.do')}
      </Button>
    </form>
  );
}

function ReopenForm({ shown }: Props) {
  const [reasons, setReasons] = useState('');
  const change = useChange(
    () => post(`/v1/cases/${shown.case}/reopen`, { reasons }),
    () => say('reopen.done'),
  );
  return (
    <form onSubmit={onSubmit(() => void change.run(undefined))}>
      <p className="note">{say('reopen.note')}</p>
      <ReasonsField label={say('reopen.reasons')} value={reasons} onChange={setReasons} />
      {change.error === null ? null : <Trouble error={change.error} />}
      <Button type="submit" look="grave" isDisabled={change.busy || !reasonsAreEnough(reasons)}>
        {say('reopen.do')}
      </Button>
    </form>
  );
}
