import type { Campaign, Member } from './find-campaign.ts';
import type { FindingBound, FindingSignal } from './finding.ts';
import type { AccountState, SharedTemplateState, Template } from './shared-template-state.ts';
import type { Thresholds } from './thresholds.ts';

const maxTemplateSignals = 5;

export const noBound: FindingBound = {
  kind: 'none',
  statement: 'No calibrated error bound yet: this raises a case for a person and can not accuse.',
};

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** How many words nearly all exchanges of a template have. */
export function countFrameWords(template: Template, thresholds: Thresholds): number {
  const least = template.seen * thresholds.minFramePresence;
  return (template.words ?? []).filter((word, i) => word !== '' && (template.presence[i] ?? 0) >= least)
    .length;
}

/** Takes turns between lists, so that examples come from as many accounts as possible. */
function takeTurns(lists: readonly (readonly number[])[], limit: number): number[] {
  const taken = new Set<number>();
  for (let turn = 0; lists.some((list) => turn < list.length); turn++) {
    for (const list of lists) {
      const ref = list[turn];
      if (ref !== undefined && taken.size < limit) taken.add(ref);
    }
  }
  return [...taken].sort((a, b) => a - b);
}

/**
 * Names the template by its counts and its examples. Its words are callers' content, which a finding never holds: whoever may
 * open the examples reads them there.
 */
function templateSignal(template: Template, campaign: Campaign, thresholds: Thresholds): FindingSignal {
  let accounts = 0;
  let exchanges = 0;
  let values = 0;
  const refs: number[][] = [];
  for (const { account } of campaign.members) {
    const usage = template.usages.get(account);
    if (!usage) continue;
    accounts++;
    exchanges += usage.exchanges;
    values += usage.newValues;
    refs.push(usage.refs);
  }
  const words = plural(countFrameWords(template, thresholds), 'fixed word');
  return {
    name: 'shared-template',
    sentence: `${plural(accounts, 'account')} sent ${plural(exchanges, 'exchange')} that share one template of ${words} with at least ${values} different slot values.`,
    count: exchanges,
    examples: takeTurns(refs, thresholds.maxExamples),
  };
}

function examplesOf(members: readonly Member[], limit: number): number[] {
  return takeTurns(
    members.map((member) => member.refs),
    limit,
  );
}

function dividedSignal(campaign: Campaign, thresholds: Thresholds): FindingSignal {
  const values = campaign.templates.reduce((sum, template) => sum + template.values.size, 0);
  const shared = campaign.templates.reduce((sum, template) => sum + template.sharedValues, 0);
  return {
    name: 'divided-work',
    sentence: `Of ${values} different slot values, ${values - shared} (${percent((values - shared) / values)}) came from one account only: the accounts hardly repeat each other.`,
    count: values - shared,
    examples: examplesOf(campaign.members, thresholds.maxExamples),
  };
}

function shareSignal(campaign: Campaign, thresholds: Thresholds): FindingSignal {
  const shares = campaign.members.map((member) => member.share).sort((a, b) => a - b);
  const least = percent(shares[0] as number);
  const median = percent(shares[shares.length >> 1] as number);
  return {
    name: 'template-share',
    sentence: `In each of the ${campaign.members.length} accounts, these templates make ${least === median ? least : `at least ${least}`} of all its exchanges (median ${median}).`,
    count: campaign.members.length,
    examples: examplesOf(campaign.members, thresholds.maxExamples),
  };
}

type LinkField = 'addressHash' | 'billingHash' | 'systemHash';

/**
 * How many members have a known hash that another member has too, and how many members have one at all.
 * `common` are members with a hash that at least as many others have, such as the address of a proxy: it links nobody, and is not counted.
 */
function overlap(state: SharedTemplateState, campaign: Campaign, field: LinkField) {
  const inside = countHashes(memberStates(state, campaign), field);
  const everywhere = countHashes(state.accounts.values(), field);
  const found = { known: 0, shared: 0, distinct: 0, common: 0 };
  for (const [hash, count] of inside) {
    if ((everywhere.get(hash) ?? 0) - count >= count) {
      found.common += count;
      continue;
    }
    found.distinct += 1;
    found.known += count;
    if (count > 1) found.shared += count;
  }
  return found;
}

function countHashes(states: Iterable<AccountState>, field: LinkField): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { [field]: hash } of states) if (hash !== 0) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return counts;
}

function memberStates(state: SharedTemplateState, campaign: Campaign): AccountState[] {
  return campaign.members.flatMap((member) => state.accounts.get(member.account) ?? []);
}

function linkSignals(
  state: SharedTemplateState,
  campaign: Campaign,
  thresholds: Thresholds,
): FindingSignal[] {
  const kinds = [
    { name: 'shared-address', field: 'addressHash', words: 'were last seen at a network address' },
    { name: 'shared-billing', field: 'billingHash', words: 'have a billing name' },
  ] as const;
  return kinds.flatMap(({ name, field, words }) => {
    const { shared, known } = overlap(state, campaign, field);
    if (shared === 0) return [];
    const sentence = `${shared} of the ${plural(known, 'account')} for which it is known ${words} that another of them has too.`;
    return [
      { name, sentence, count: shared, examples: examplesOf(campaign.members, thresholds.maxExamples) },
    ];
  });
}

/** What was measured, in sentences with counts. */
export function describeSignals(
  state: SharedTemplateState,
  campaign: Campaign,
  thresholds: Thresholds,
): FindingSignal[] {
  return [
    ...campaign.templates.slice(0, maxTemplateSignals).map((t) => templateSignal(t, campaign, thresholds)),
    dividedSignal(campaign, thresholds),
    shareSignal(campaign, thresholds),
    ...linkSignals(state, campaign, thresholds),
  ];
}

/** What speaks against the campaign, as far as the traffic shows it. */
export function describeAgainst(state: SharedTemplateState, campaign: Campaign): string[] {
  const states = memberStates(state, campaign);
  const size = campaign.members.length;
  const address = overlap(state, campaign, 'addressHash');
  const billing = overlap(state, campaign, 'billingHash');
  const system = overlap(state, campaign, 'systemHash');
  const followUps = states.reduce((sum, account) => sum + account.followUps, 0);
  const total = states.reduce((sum, account) => sum + account.exchanges, 0);
  const against = [
    'Customers of one application that writes prompts for them would look the same in these counts: find out whether there is one.',
  ];
  if (campaign.templates.length === 1) against.push('They share one template only.');
  if (system.known === size && system.distinct === 1) {
    against.push('All of them carry the same system text, as customers of one application would.');
  }
  if (address.common > 0) {
    against.push(
      `${address.common} of them were last seen at network addresses that as many other accounts have, such as a proxy's: that links nobody.`,
    );
  }
  if (address.known > 0 && address.shared === 0) {
    against.push(
      `No two of the ${address.known} accounts with a known network address were last seen at the same one.`,
    );
  }
  if (billing.known > 0 && billing.shared === 0) {
    against.push(`No two of the ${billing.known} accounts with a known billing name have the same one.`);
  }
  if (followUps > 0) against.push(`${followUps} of their ${plural(total, 'exchange')} continue a dialogue.`);
  if (total > campaign.exchanges) {
    against.push(
      `${total - campaign.exchanges} of their ${plural(total, 'exchange')} come from none of these templates.`,
    );
  }
  if (campaign.severed > 0) {
    against.push(
      `${plural(campaign.severed, 'more account')} used a template without traffic of its own that supports membership: not named.`,
    );
  }
  return against;
}

/** What would have kept accounts out. */
export function describeClearing(thresholds: Thresholds): string[] {
  const { minTemplateShare, maxSharedValueShare, minMemberExchanges, minAccounts } = thresholds;
  return [
    `An account with less than ${percent(minTemplateShare)} of its exchanges from these templates, or fewer than ${minMemberExchanges} of them, is not named.`,
    `Had more than ${percent(maxSharedValueShare)} of the slot values come from several accounts, as when people paste one text or run the same test set, there would be no finding.`,
    `Had fewer than ${minAccounts} accounts shared a template, there would be no finding: repetition within one account is never counted.`,
  ];
}
