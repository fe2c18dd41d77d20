import type { ShownCase } from '../../api/shapes.ts';
import { Facts } from '../../parts/facts.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

/** The detector's score and how often it is wrong; the server does not send it before the person's own view is recorded. */
export function Score({ shown }: { readonly shown: ShownCase }) {
  const finding = shown.newestFinding;
  if (!shown.scoreShown || finding?.statistic === undefined || finding.bound === undefined)
    return <p className="note">{say('score.hidden')}</p>;
  const { bound } = finding;
  return (
    <>
      <Facts
        of={[
          [say('score.statistic'), <strong className="mono">{spellCount(finding.statistic)}</strong>],
          [
            say('score.bound'),
            bound.alpha === undefined
              ? say('score.bound.none')
              : say('score.bound.alpha', { alpha: bound.alpha }),
          ],
        ]}
      />
      <p className="note">{bound.statement}</p>
    </>
  );
}
