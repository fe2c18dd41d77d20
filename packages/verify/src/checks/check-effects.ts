import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';
import { isInEffect } from './check-second-person.ts';

const STOP_RULE = 'stop-respected';
const OPENS: ReadonlySet<string> = new Set(['open', 'dismiss']);

/**
 * From which entry on a decision is in effect: its own, or the one that says so where it could be undone before. Undefined where it never was.
 */
export function effectIndex(decision: Leaf, { windows, effected }: CaseRecord): number | undefined {
  if (!isInEffect(decision)) return undefined;
  const id = decision.value.decision as string;
  return windows.has(id) ? effected.get(id)?.index : decision.index;
}

/** A decision was undone by who made it, before it took effect; and took effect not before its time, nor while everything was stopped. */
export function checkEffect(decision: Leaf, record: CaseRecord): void {
  const id = decision.value.decision as string;
  const window = record.windows.get(id);
  const undone = record.undone.get(id);
  const effected = record.effected.get(id);
  if (undone !== undefined) checkUndone(decision, undone, record);
  if (effected === undefined) return;
  if (undone !== undefined && undone.index < effected.index)
    return refuse(
      `Entry ${effected.index} lets ${quote(id)} take effect, which entry ${undone.index} undid.`,
    );
  if (window === undefined || window.index > decision.index || effected.index < decision.index)
    return refuse(`Entry ${effected.index} lets ${quote(id)} take effect, and no window stands before it.`);
  if (effected.time < (window.value.takes_effect as string))
    refuse(`Entry ${effected.index} lets ${quote(id)} take effect before its time.`);
  checkStopped(decision, window, effected, record);
}

function checkUndone(decision: Leaf, undone: Leaf, { windows, effected, decisions }: CaseRecord): void {
  const id = decision.value.decision as string;
  const tookEffect = effected.get(id);
  if (!windows.has(id) || undone.index < decision.index || (tookEffect?.index ?? Infinity) < undone.index)
    return refuse(`Entry ${undone.index} undoes ${quote(id)}, which can not be undone there.`);
  const proposal = decisions.find((leaf) => leaf.value.decision === decision.value.confirms);
  if (![decision.value.by, proposal?.value.by].includes(undone.value.by))
    refuse(`Entry ${undone.index} undoes ${quote(id)} by somebody who did not make it.`);
}

function checkStopped(decision: Leaf, window: Leaf, effected: Leaf, { adopted, turns }: CaseRecord): void {
  if ((adopted.get(STOP_RULE) ?? Infinity) > effected.index) return;
  if (window.value.immediate !== null || OPENS.has(decision.value.measure as string)) return;
  const turn = stoppedBy(effected, turns);
  if (turn !== undefined)
    refuse(`Entry ${effected.index} restricts while everything was stopped (entry ${turn.index}).`);
}

/** The turn that everything was stopped by when an entry came; undefined where nothing was. */
function stoppedBy(entry: Leaf, turns: readonly Leaf[]): Leaf | undefined {
  const turn = turns.findLast((leaf) => leaf.index < entry.index);
  return turn?.value.stopped === true ? turn : undefined;
}

/** No case is opened or extended while everything is stopped. */
export function checkOpenedByItself({ adopted, turns, opened, extended }: CaseRecord): void {
  for (const leaf of [...opened, ...extended]) {
    const turn = (adopted.get(STOP_RULE) ?? Infinity) > leaf.index ? undefined : stoppedBy(leaf, turns);
    if (turn !== undefined)
      refuse(
        `Entry ${leaf.index} opens or extends the case while everything was stopped (entry ${turn.index}).`,
      );
  }
}
