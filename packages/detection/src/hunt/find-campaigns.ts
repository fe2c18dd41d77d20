import { campaignP, chosenCampaignP, softRankE } from '../calibration/e-value.ts';
import { findCommunities } from '../linking/communities.ts';
import { hashText } from '../hash32.ts';
import { describeTurns } from './describe-turns.ts';
import type { HuntCampaign, HuntSignal } from './hunt-report.ts';
import type { Verdict } from './judge.ts';
import { maximumOf, type WatchedAccount } from './watched-account.ts';

const MEMBERS_MIN = 3;
/** Members that an account is linked to, each way, to be spoken of as severed. */
const LINKS_MIN = 3;
const SEVERED_SHOWN_MAX = 8;

type Flagged = ReadonlyMap<string, { readonly time: number }>;

/**
 * Puts flagged accounts together that are each other's neighbours. A member is in by its own traffic: an account of the community whose own
 * p is not small enough is severed, which is to say not flagged. The campaign's p combines the members' e-values by their mean.
 */
export function findCampaigns(
  flagged: Flagged,
  neighbours: ReadonlyMap<string, readonly string[]>,
  traffic: ReadonlyMap<string, WatchedAccount>,
  verdict: Verdict,
  alpha: number,
  random: () => number,
): HuntCampaign[] {
  const communities = findCommunities([...flagged.keys()].sort(), neighbours, random);
  return communities
    .filter((members) => members.length >= MEMBERS_MIN)
    .map((members) => {
      const watched = members.map((member) => traffic.get(member) as WatchedAccount);
      const evidence = watched.map((each) => softRankE(maximumOf(each), verdict.calibrationOf(each)));
      const p = campaignP(evidence);
      const times = members
        .map((member) => (flagged.get(member) as { time: number }).time)
        .sort((a, b) => a - b);
      return {
        id: `campaign-${(hashText(members.join('\n'), 7) >>> 0).toString(16).padStart(8, '0')}`,
        accounts: members,
        p,
        // A campaign is seen when its third member is.
        at_time: times[MEMBERS_MIN - 1] as number,
        // The ledger has room for six: what is known of every campaign, and what bounds it, stand before what is known of some.
        signals: [
          ...describeMembers(watched, members, neighbours),
          chosenBound(chosenCampaignP(evidence, traffic.size), traffic.size),
          ...severed(members, neighbours),
          ...describeTurns(watched.map(({ state }) => state)),
          ...sharedOrigin(watched),
        ],
      };
    })
    .filter(({ p }) => p <= Math.max(alpha, 0.05));
}

function describeMembers(
  watched: readonly WatchedAccount[],
  members: readonly string[],
  neighbours: ReadonlyMap<string, readonly string[]>,
): HuntSignal[] {
  const inside = new Set(members);
  const links = members.map((member) => neighbours.get(member) ?? []);
  const all = links.reduce((sum, near) => sum + near.length, 0);
  const own = links.reduce((sum, near) => sum + near.filter((name) => inside.has(name)).length, 0);
  const exchanges = watched.reduce((sum, { state }) => sum + state.exchanges, 0);
  const tasks = watched.reduce((sum, { state }) => sum + state.impersonalTasks, 0);
  const follow = watched.reduce((sum, { state }) => sum + state.followUps, 0);
  const starts = watched.map(({ state }) => state.firstTime).sort((a, b) => a - b);
  const hours = ((starts.at(-1) as number) - (starts[0] as number)) / 3600;
  return [
    {
      name: 'members_near_each_other',
      value: all === 0 ? 0 : own / all,
      sentence: `${own} of the ${all} accounts nearest to its members are members themselves.`,
    },
    {
      name: 'started_together',
      value: hours,
      sentence: `The ${members.length} accounts began within ${Math.ceil(hours)} hours and made ${exchanges} exchanges.`,
    },
    {
      name: 'impersonal_tasks',
      value: tasks / exchanges,
      sentence: `${tasks} of the ${exchanges} prompts set a task and speak of nothing of the writer’s own; ${follow} go on with an earlier answer.`,
    },
  ];
}

/** The campaign's p takes the members as given, though they were chosen by what they did; this is what remains when that is paid for. */
function chosenBound(p: number, accountsTotal: number): HuntSignal {
  const share = (100 * p).toPrecision(2);
  return {
    name: 'chance_however_chosen',
    value: p,
    sentence:
      p < 1
        ? `If all its members were benign, as much evidence would come together among ${accountsTotal} accounts with a chance of at most ${Number(share)} %, however the members were chosen.`
        : `Against a free choice of members among ${accountsTotal} accounts its evidence is no proof by itself: what is bounded is the chance of each member.`,
  };
}

/** Accounts linked to members both ways that are none themselves: their own traffic does not support it, and that is said. */
function severed(
  members: readonly string[],
  neighbours: ReadonlyMap<string, readonly string[]>,
): HuntSignal[] {
  const inside = new Set(members);
  const named = new Map<string, number>();
  for (const member of members) {
    for (const name of neighbours.get(member) ?? []) {
      if (!inside.has(name)) named.set(name, (named.get(name) ?? 0) + 1);
    }
  }
  const names = [...named]
    .filter(([name, times]) => times >= LINKS_MIN && linksTo(inside, neighbours.get(name)) >= LINKS_MIN)
    .map(([name]) => name)
    .sort();
  if (names.length === 0) return [];
  const shown = names.slice(0, SEVERED_SHOWN_MAX).join(', ');
  const more = names.length > SEVERED_SHOWN_MAX ? ` and ${names.length - SEVERED_SHOWN_MAX} more` : '';
  return [
    {
      name: 'severed',
      value: names.length,
      sentence: `Linked to members and not among them, because their own traffic does not suffice: ${shown}${more}.`,
    },
  ];
}

const linksTo = (inside: ReadonlySet<string>, near: readonly string[] = []): number =>
  near.filter((name) => inside.has(name)).length;

/** Said where it is known; no account is flagged for it. */
function sharedOrigin(watched: readonly WatchedAccount[]): HuntSignal[] {
  return (['network', 'client', 'billing'] as const).flatMap((name) => {
    const counts = new Map<number, number>();
    for (const { state } of watched) {
      if (state[name] !== 0) counts.set(state[name], (counts.get(state[name]) ?? 0) + 1);
    }
    const most = [...counts.values()].reduce((largest, count) => Math.max(largest, count), 0);
    if (most < 2) return [];
    const words = { network: 'network address', client: 'client fingerprint', billing: 'bill' };
    return [
      {
        name: `shared_${name}`,
        value: most / watched.length,
        sentence: `${most} of the ${watched.length} accounts share one ${words[name]}.`,
      },
    ];
  });
}
