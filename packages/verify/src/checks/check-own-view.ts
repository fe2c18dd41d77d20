import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';

const RULE = 'view-before-score';

/** Whether the ledger had adopted the rule before the decision. */
export function mustHaveView(decision: Leaf, { adopted }: CaseRecord): boolean {
  return (adopted.get(RULE) ?? Infinity) < decision.index;
}

/** Who decides has opened evidence and then committed a view of their own, before the detector's score was shown to them. */
export function checkOwnView(decision: Leaf, record: CaseRecord): void {
  if (!mustHaveView(decision, record)) return;
  const { by } = decision.value;
  const before = (leaf: Leaf): boolean => leaf.value.by === by && leaf.index < decision.index;
  const view = record.views.find(before);
  if (view === undefined)
    return refuse(
      `${quote(by as string)} took the decision in entry ${decision.index} without having committed a view.`,
    );
  const shown = record.scores.find(before);
  if (shown !== undefined && shown.index < view.index)
    refuse(
      `${quote(by as string)} was shown the detector's score (entry ${shown.index}) before committing a view (entry ${view.index}), and decided in entry ${decision.index}.`,
    );
  if (!/[\p{L}\p{N}]/u.test(view.value.reasons as string))
    refuse(`The view in entry ${view.index} gives no reasons.`);
  const opened = record.viewed.find((leaf) => before(leaf) && leaf.index < view.index);
  if (opened === undefined)
    refuse(`The view in entry ${view.index} was committed before its person had opened any evidence.`);
}
