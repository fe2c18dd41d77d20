import { percentile } from '../../harness/numbers.ts';
import type { Truth } from '../scenario/scenario-params.ts';
import { clopperPearson } from './clopper-pearson.ts';
import type { Verdict } from './detector-under-test.ts';

/** k of n, with the exact 95 % interval. */
export type Share = { readonly k: number; readonly n: number; readonly low: number; readonly high: number };

/** Median and 95th percentile over ALL accounts; null where that one was never caught. */
export type Until = { readonly median: number | null; readonly p95: number | null };

export type AttackScore = {
  readonly accounts: Share;
  /** Campaigns of which at least half the accounts were flagged. */
  readonly campaigns: Share;
  readonly exchanges: Until;
  /** From the account's first exchange. */
  readonly days: Until;
};

export type Score = {
  readonly guarantee: Verdict['guarantee'];
  /** By source and use: `attack_alpaca_5k hydra`. */
  readonly attacks: Readonly<Record<string, AttackScore>>;
  readonly benign: Share;
  readonly benignByUse: Readonly<Record<string, Share>>;
  readonly benignBySource: Readonly<Record<string, Share>>;
};

type Judged = Truth & { readonly flagged: boolean; readonly exchanges: number; readonly days: number };

const DAY_S = 86_400;

function shareOf(list: readonly { readonly flagged: boolean }[]): Share {
  const k = list.filter(({ flagged }) => flagged).length;
  const [low, high] = clopperPearson(k, list.length);
  return { k, n: list.length, low, high };
}

function untilOf(values: readonly number[]): Until {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { median: finite(percentile(values, 0.5)), p95: finite(percentile(values, 0.95)) };
}

function scoreAttack(accounts: readonly Judged[]): AttackScore {
  const campaigns = Object.values(Object.groupBy(accounts, ({ campaign }) => campaign ?? ''));
  const caught = campaigns.map((members = []) => ({
    flagged: members.filter(({ flagged }) => flagged).length * 2 >= members.length,
  }));
  return {
    accounts: shareOf(accounts),
    campaigns: shareOf(caught),
    exchanges: untilOf(accounts.map(({ exchanges }) => exchanges)),
    days: untilOf(accounts.map(({ days }) => days)),
  };
}

function mapGroups<T, U>(
  list: readonly T[],
  key: (item: T) => string,
  score: (group: readonly T[]) => U,
): Record<string, U> {
  const groups = Object.entries(Object.groupBy(list, key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(groups.map(([name, group]) => [name, score(group ?? [])]));
}

/** Compares a verdict with what the scenario knows. An account that the verdict leaves out was not flagged. */
export function scoreVerdict(verdict: Verdict, truth: ReadonlyMap<string, Truth>): Score {
  const named = new Map(verdict.accounts.map((account) => [account.account, account]));
  const judged = [...truth].map(([account, known]): Judged => {
    const { flagged = false, at_exchange = null, at_time = null } = named.get(account) ?? {};
    const exchanges = flagged && at_exchange !== null ? at_exchange : Infinity;
    const days = flagged && at_time !== null ? Math.max(0, at_time - known.firstS) / DAY_S : Infinity;
    return { ...known, flagged, exchanges, days };
  });
  const benign = judged.filter(({ kind }) => kind === 'benign');
  const attacks = judged.filter(({ kind }) => kind === 'attack');
  return {
    guarantee: verdict.guarantee,
    attacks: mapGroups(attacks, ({ source, use }) => `${source} ${use}`, scoreAttack),
    benign: shareOf(benign),
    benignByUse: mapGroups(benign, ({ use }) => use, shareOf),
    benignBySource: mapGroups(benign, ({ source }) => source, shareOf),
  };
}
