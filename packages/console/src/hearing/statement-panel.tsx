import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { say, sayName } from '../words/say.ts';
import type { HeardCase } from './ask.ts';

/** What was decided, for how long, on which facts, and how to object. */
export function StatementPanel({ heard }: { readonly heard: HeardCase }) {
  const { statement } = heard;
  const facts = [statement?.facts ?? []].flat();
  return (
    <Panel title={say('hearing.statement', { account: heard.account })}>
      <p>
        <span className={`badge standing-${heard.standing}`}>{sayName('standing', heard.standing)}</span>{' '}
        {sayName('standing', `${heard.standing}.means`)}
      </p>
      {statement === null ? (
        <p className="notice soft">{say('hearing.statement.none')}</p>
      ) : (
        <Facts
          of={[
            [say('hearing.what'), statement.what],
            [say('hearing.when'), <Moment key="when" at={statement.decidedMs} />],
            [say('hearing.howLong'), statement.howLong],
            [
              say('hearing.facts'),
              <span key="facts">
                {facts.map((fact) => (
                  <span key={fact} className="paragraph">
                    {fact}
                  </span>
                ))}
              </span>,
            ],
            [say('hearing.rule'), statement.rule],
            [say('hearing.reasons'), statement.reasons],
            [say('hearing.automation'), statement.automation],
            [say('hearing.appeal'), statement.appeal],
          ]}
        />
      )}
    </Panel>
  );
}
