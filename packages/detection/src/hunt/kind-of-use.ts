import { type AccountState, markCount } from '../signals/account-state.ts';
import { perDay } from '../signals/own-timing.ts';
import type { MarkName } from '../signals/prompt-marks.ts';

// Benign accounts are compared with their like: what they do with the model, told from counts, never what about. An account chooses its kind by what it
// sends, which helps nobody: the bound, and the evidence needed, are those of the kind.

/** Exchanges a day that part people from programs. */
const PROGRAM_PER_DAY = 60;

const uses = ['conversation', 'tasks', 'questions', 'material'] as const;

export const KINDS = uses.length * 2;

/** 0 to {@link KINDS} − 1: one of four uses, by people or by programs. */
export function kindOfUse(state: AccountState): number {
  return uses.indexOf(useOf(state)) * 2 + (perDay(state) > PROGRAM_PER_DAY ? 1 : 0);
}

function useOf(state: AccountState): (typeof uses)[number] {
  const share = (count: number): number => count / Math.max(1, state.exchanges);
  const mark = (name: MarkName): number => share(markCount(state, name));
  if (share(state.followUps) > 0.2) return 'conversation';
  if (share(state.impersonalTasks) > 0.3) return 'tasks';
  return mark('question') > 0.3 || mark('personal') > 0.3 ? 'questions' : 'material';
}
