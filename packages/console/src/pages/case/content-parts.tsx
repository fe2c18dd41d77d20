import type { OpenedItem } from '../../api/shapes.ts';
import { say, sayName } from '../../words/say.ts';
import { LongText } from './long-text.tsx';
import { readMessages } from './read-messages.ts';

/** What was recorded of an exchange or an appeal, as text and never as anything that a browser would run. */
export function ContentParts({ opened }: { readonly opened: OpenedItem }) {
  if (opened.content === null)
    return <p className="notice soft">{say(`evidence.missing.${opened.missing ?? 'none'}`)}</p>;
  const parts = Object.entries(opened.content).filter(([name]) => name !== 'finding');
  if (parts.length === 0) return <p className="note">{say('evidence.finding.above')}</p>;
  return (
    <>
      {parts.map(([name, text]) => (
        <Part key={name} name={name} text={text} />
      ))}
    </>
  );
}

function Part({ name, text }: { readonly name: string; readonly text: string }) {
  const messages = name === 'request' ? readMessages(text) : undefined;
  return (
    <div className="part">
      <h4>{sayName('part', name.replace(/_\d+$/, ''))}</h4>
      {messages === undefined ? (
        <LongText text={text} />
      ) : (
        messages.map((message, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages of a request have no other name than their place
          <div key={i} className="message">
            <span className="badge">{message.role}</span>
            <LongText text={message.text} />
          </div>
        ))
      )}
    </div>
  );
}
