import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { goTo } from '../../parts/go-to.ts';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';
import { markSlots } from './mark-slots.ts';
import { readMessages } from './read-messages.ts';
import type { Evidence } from './use-evidence.ts';

type Props = { readonly shown: ShownCase; readonly evidence: Evidence };
const EXAMPLES_MAX = 4;
const CHARS_MAX = 1_500;

/** The words that accounts share, side by side with what each of them put into them. */
export function TemplatesPanel({ shown, evidence }: Props) {
  const item = shown.evidence.find((each) => each.item.startsWith('finding:'));
  if (item === undefined) return null;
  const opened = evidence.revealed.get(item.item);
  const templates = Object.entries(opened?.content ?? {}).filter(([name]) => name.startsWith('template_'));
  return (
    <Panel id="templates" title={say('templates.title')} note={say('templates.note')}>
      {opened === undefined ? (
        <Button
          onPress={() => void evidence.revealAll().then((isDone) => isDone && goTo('templates'))}
          isDisabled={evidence.change.busy}
        >
          {say('templates.reveal')}
        </Button>
      ) : null}
      {opened !== undefined && templates.length === 0 ? (
        <p className="empty">{say('templates.none')}</p>
      ) : null}
      <div className="templates">
        {templates.map(([name, template]) => (
          <Template
            key={name}
            number={Number(name.slice('template_'.length))}
            template={template}
            prompts={promptsOf(shown, evidence, Number(name.slice('template_'.length)))}
          />
        ))}
      </div>
    </Panel>
  );
}

type TemplateProps = {
  readonly number: number;
  readonly template: string;
  readonly prompts: readonly { readonly index: number; readonly text: string }[];
};

function Template({ number, template, prompts }: TemplateProps) {
  const marked = markSlots(prompts.map(({ text }) => text.slice(0, CHARS_MAX)));
  return (
    <section className="template" aria-label={say('templates.one', { number })}>
      <h3>{say('templates.one', { number })}</h3>
      <p className="template-words">
        {template.split('…').flatMap((piece, i) => [
          ...(i === 0
            ? []
            : [
                <mark key={`slot-${i}`} className="slot">
                  {say('templates.slot')}
                </mark>,
              ]),
          piece,
        ])}
      </p>
      {prompts.slice(0, EXAMPLES_MAX).map(({ index }, at) => (
        <figure key={index}>
          <figcaption>{say('evidence.exchange', { index })}</figcaption>
          <p className="prompt" dir="auto">
            {marked[at]?.map((stretch, i) =>
              stretch.isSlot ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: stretches of one text have no other name than their place
                <mark key={i} className="slot">
                  {stretch.text}
                </mark>
              ) : (
                stretch.text
              ),
            )}
          </p>
        </figure>
      ))}
    </section>
  );
}

/** Prompts that were revealed, of the examples of the template with this number. */
function promptsOf(shown: ShownCase, evidence: Evidence, number: number): TemplateProps['prompts'] {
  const signals = (shown.newestFinding?.signals ?? []).filter((signal) => signal.name === 'shared-template');
  return (signals[number - 1]?.examples ?? []).flatMap((index) => {
    const request = evidence.revealed.get(`exchange:${index}`)?.content?.['request'];
    const text = readMessages(request ?? '')?.findLast((message) => message.role === 'user')?.text;
    return text === undefined ? [] : [{ index, text }];
  });
}
