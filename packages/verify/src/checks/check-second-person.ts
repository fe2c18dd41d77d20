import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';

export const SEVERE: ReadonlySet<string> = new Set(['hold', 'closed']);

/** Only these change a standing; the others are a proposal, or turn one down. */
export const isInEffect = ({ value }: Leaf): boolean => value.step === 'confirmed' || value.step === 'final';

/** A severe measure is proposed by one person and confirmed by another, once. @param decisions those of the decision's case */
export function checkSecondPerson(decision: Leaf, decisions: readonly Leaf[]): void {
  const { step, measure, by, confirms } = decision.value;
  if (step === 'final' && SEVERE.has(measure as string))
    refuse(`Entry ${decision.index} decides ${measure as string} alone; such a measure needs two people.`);
  if (step !== 'confirmed') return;
  const proposal = decisions.find((leaf) => leaf.value.decision === confirms);
  if (proposal === undefined || proposal.index >= decision.index || proposal.value.step !== 'proposed')
    return refuse(`Entry ${decision.index} confirms a proposal that is not here.`);
  if (proposal.value.by === by)
    refuse(
      `${quote(by as string)} both proposed and confirmed ${measure as string} (entry ${decision.index}).`,
    );
  const answered = decisions.find((leaf) => leaf.value.confirms === confirms && leaf.index < decision.index);
  if (answered !== undefined)
    refuse(`Entry ${decision.index} confirms a proposal that entry ${answered.index} had answered before.`);
  for (const field of ['measure', 'accounts_sha256', 'appeal'])
    if (proposal.value[field] !== decision.value[field])
      refuse(`Entry ${decision.index} confirms something else than was proposed.`);
}
