import type { ShownCase } from '../../api/shapes.ts';
import { say, sayName } from '../../words/say.ts';
import { peopleOf } from './people-of.ts';

/** What a decided case was decided to, and by whom. */
export function DecidedLine({ shown }: { readonly shown: ShownCase }) {
  const last = shown.decisions.findLast(
    ({ step, undoneIndex }) => (step === 'final' || step === 'confirmed') && undoneIndex === null,
  );
  return (
    <>
      <p>{say('decide.done')}</p>
      {last === undefined ? null : (
        <p>
          {say('decide.done.what', {
            measure: sayName('measure', last.measure),
            count: last.accountsTotal,
            people: peopleOf(shown, last).join(', '),
          })}
        </p>
      )}
    </>
  );
}
