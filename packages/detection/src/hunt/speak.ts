import type { Finding, FindingBound, FindingSignal } from '../finding.ts';
import { sha256 } from '../sha256.ts';
import { keepRecent } from '../shared-template-state.ts';
import { EXAMPLES } from '../signals/examples.ts';
import { defaultThresholds } from '../thresholds.ts';
import { describeAgainst } from './describe-against.ts';
import { examplesOf } from './account-measures.ts';
import { CLEARED, describeAccount, type Usual } from './describe-account.ts';
import type { HuntCampaign, HuntSignal } from './hunt-report.ts';
import type { HuntState, Spoken } from './hunt-state.ts';
import type { Verdict } from './judge.ts';
import type { WatchedAccount } from './watched-account.ts';

const { growthAccounts, growthShare, growthExchangesShare, maxExamples } = defaultThresholds;
/** Spoken of and still known, so that a campaign that grows keeps its key. */
const SPOKEN_MAX = 4096;
const KEYS_MAX = 65_536;
const DAY_S = 86_400;

/** What a judgement came to. */
export type Judged = { readonly verdict: Verdict; readonly campaigns: readonly HuntCampaign[] };

export type SpeakerOptions = {
  readonly detector: Pick<Finding, 'detector' | 'version' | 'digest'>;
  readonly alpha: number;
  readonly watchS: number;
  readonly benignAccounts: number;
  readonly usual: Usual;
};

/** What a finding is made from. */
type Group = {
  readonly kind: Finding['kind'];
  /** Sorted. */
  readonly accounts: readonly string[];
  readonly p: number;
  readonly signals: readonly HuntSignal[];
};

/** Speaks of campaigns and accounts that are new or have grown. */
export function createSpeaker({ detector, alpha, watchS, benignAccounts, usual }: SpeakerOptions) {
  const bound: FindingBound = {
    kind: 'alpha',
    alpha,
    statement: `Calibrated on ${benignAccounts} benign accounts; the guarantee was held when this was found. A benign account that behaves like those is named with a chance of at most ${alpha} in one watch of ${Math.round((10 * watchS) / DAY_S) / 10} days, however often it is looked at. It does not hold for a kind of use that the benign accounts lack.`,
  };

  /** Campaigns, and each other account by itself. */
  function groupsOf(state: HuntState, { verdict, campaigns }: Judged): Group[] {
    const together = new Set(campaigns.flatMap(({ accounts }) => accounts));
    const alone = [...state.named.keys()].filter((name) => !together.has(name));
    return [
      ...campaigns.map(({ accounts, p, signals }) => ({ kind: 'campaign' as const, accounts, p, signals })),
      ...alone.sort().map((account) => ({
        kind: 'account' as const,
        accounts: [account],
        p: verdict.p.get(account) as number,
        signals: [],
      })),
    ];
  }

  function speakOf(state: HuntState, group: Group): Finding[] {
    const watched = group.accounts.map((name) => state.watch.accounts.get(name) as WatchedAccount);
    const exchanges = watched.reduce((sum, { state: { exchanges: own } }) => sum + own, 0);
    const [key, ...supersedes] = keysOf(state, group, detector.digest);
    const before = state.spoken.get(key);
    const joined = group.accounts.filter((account) => state.keys.get(account) !== key).length;
    if (supersedes.length === 0 && !isNews(before, joined, exchanges)) return [];
    for (const merged of supersedes) state.spoken.delete(merged);
    const order = before?.order ?? state.nextOrder++;
    keepRecent(state.spoken, key, { accounts: group.accounts.length, exchanges, order }, SPOKEN_MAX);
    for (const account of group.accounts) keepRecent(state.keys, account, key, KEYS_MAX);
    const start = state.watch.start ?? 0;
    return [
      {
        kind: group.kind,
        campaign: key,
        supersedes,
        ...detector,
        accounts: group.accounts,
        firstTime: start + Math.min(...watched.map((each) => each.state.firstTime)),
        lastTime: start + Math.max(...watched.map((each) => each.state.lastTime)),
        exchanges,
        statistic: group.p,
        bound,
        ...wordsOf(state, group, watched),
        wouldHaveCleared: [
          CLEARED,
          `Had its score stayed below those of the highest of the ${benignAccounts} benign accounts, at every look, an account would not be named.`,
        ],
      },
    ];
  }

  function wordsOf(
    state: HuntState,
    { kind, accounts, signals }: Group,
    watched: readonly WatchedAccount[],
  ): Pick<Finding, 'signals' | 'against'> {
    if (kind === 'account') {
      const [one] = watched as [WatchedAccount];
      const said = describeAccount(one, usual);
      const { exchanges } = one.state;
      return {
        signals: said.signals.map((signal) =>
          asSignal(signal, exchanges, examplesOf(one.state, signal.name)),
        ),
        against: said.against,
      };
    }
    const examples = examplesOfAll(watched);
    return {
      signals: signals.map((signal) => asSignal(signal, watched.length, examples)),
      against: describeAgainst(watched, severedFrom(state, accounts)),
    };
  }

  return {
    speak: (state: HuntState, judged: Judged): Finding[] =>
      groupsOf(state, judged).flatMap((group) => speakOf(state, group)),
  };
}

/**
 * The key a group is spoken of under: the earliest that half of its members carry, or a new one; then others that become part of it. One account that moved merges nothing,
 * unless it was spoken of alone.
 */
function keysOf(state: HuntState, { kind, accounts }: Group, digest: string): [string, ...string[]] {
  const carriers = new Map<string, number>();
  for (const account of accounts) {
    const key = state.keys.get(account);
    if (key !== undefined && state.spoken.has(key)) carriers.set(key, (carriers.get(key) ?? 0) + 1);
  }
  const spokenOf = (key: string): Spoken => state.spoken.get(key) as Spoken;
  const carried = [...carriers]
    .filter(([key, count]) => 2 * count >= Math.min(spokenOf(key).accounts, accounts.length))
    .map(([key]) => key)
    .sort((a, b) => spokenOf(a).order - spokenOf(b).order);
  const [key, ...merged] = carried;
  if (key !== undefined) return [key, ...merged];
  return [sha256(`${digest}\n${kind}\n${accounts.join('\n')}`).slice(0, 32)];
}

function isNews(before: Spoken | undefined, joined: number, exchanges: number): boolean {
  if (before === undefined) return true;
  if (joined >= Math.max(growthAccounts, before.accounts * growthShare)) return true;
  return joined > 0 && exchanges >= before.exchanges * (1 + growthExchangesShare);
}

/** Accounts among the nearest to the members that are not named. */
function severedFrom({ watch, named }: HuntState, members: readonly string[]): number {
  const near = new Set(members.flatMap((member) => watch.neighbours.get(member) ?? []));
  return [...near].filter((account) => !named.has(account)).length;
}

const asSignal = (
  { name, sentence }: HuntSignal,
  count: number,
  examples: readonly number[],
): FindingSignal => ({ name, sentence, count, examples: examples.slice(0, maxExamples) });

/** One of each member in turn. */
function examplesOfAll(watched: readonly WatchedAccount[]): number[] {
  const taken: number[] = [];
  for (let turn = 0; turn < EXAMPLES; turn++) {
    for (const { state } of watched) {
      const ref = examplesOf(state)[turn];
      if (ref !== undefined && taken.length < maxExamples) taken.push(ref);
    }
  }
  return taken.sort((a, b) => a - b);
}
