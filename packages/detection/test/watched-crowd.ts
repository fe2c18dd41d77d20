import { type WatchedAccount, noteScore, watchAccount } from '../src/hunt/watched-account.ts';

/** Kinds of use (see `kindOfUse`): material, by people and by programs. */
export const PEOPLE = 6;
export const PROGRAMS = 7;

/** Accounts named by prefix and number, each looked at once with the score given. */
export const crowd = (scores: readonly number[], kind = PEOPLE, prefix = 'a'): Map<string, WatchedAccount> =>
  new Map(scores.map((score, i) => [`${prefix}${i}`, watched(`${prefix}${i}`, score, kind)]));

function watched(account: string, score: number, kind = PEOPLE): WatchedAccount {
  const one = watchAccount(account, 0);
  one.kind = kind;
  noteScore(one, score, 0, new Float64Array(0));
  return one;
}
