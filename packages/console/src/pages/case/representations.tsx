import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say, sayName } from '../../words/say.ts';

/** What holders of accounts sent; its words are evidence, opened like any other. */
export function Representations({ shown }: { readonly shown: ShownCase }) {
  const change = useChange(
    (id: string) => post(`/v1/cases/${shown.case}/representations/${id}/acknowledge`),
    () => say('heard.done'),
  );
  if (shown.representations.length === 0) return null;
  return (
    <section className="step" aria-label={say('heard.title')}>
      <h2>{say('heard.title')}</h2>
      {change.error === null ? null : <Trouble error={change.error} />}
      <ul className="lines">
        {shown.representations.map((each) => (
          <li key={each.representation}>
            <span>
              {say('heard.line', { account: each.account, kind: sayName('submission', each.kind) })}
            </span>
            <Moment at={each.receivedMs} />
            {each.acknowledgedMs === null ? (
              <Button onPress={() => void change.run(each.representation)} isDisabled={change.busy}>
                {say('heard.acknowledge')}
              </Button>
            ) : (
              <span className="badge good">{say('heard.acknowledged')}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
