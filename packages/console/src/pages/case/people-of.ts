import type { Decision, ShownCase } from '../../api/shapes.ts';

/** Who made a decision: the person who proposed it, where there was a proposal, and the one who confirmed or made it. */
export function peopleOf(shown: ShownCase, decision: Decision): string[] {
  return shown.decisions
    .filter((each) => each.decision === decision.decision || each.decision === decision.confirms)
    .map((each) => each.by);
}
