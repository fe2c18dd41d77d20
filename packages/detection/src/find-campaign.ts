import type { SharedTemplateState, Template } from './shared-template-state.ts';
import type { Thresholds } from './thresholds.ts';

/** What one account sent from all templates of a campaign. */
export type Member = {
  readonly account: string;
  exchanges: number;
  examined: number;
  newValues: number;
  firstTime: number;
  lastTime: number;
  /** Share of all its exchanges. */
  share: number;
  refs: number[];
};

export type Campaign = {
  /** Most used at the start. */
  readonly templates: readonly Template[];
  /** Sorted by account. */
  readonly members: readonly Member[];
  readonly exchanges: number;
  /** Accounts that used a template but whose own traffic does not support membership. */
  readonly severed: number;
};

/** Whether the words that nearly all exchanges of a template have are enough for a frame. */
function hasFrame(template: Template, thresholds: Thresholds): boolean {
  let sum = 0;
  let run = 0;
  let longestRun = 0;
  template.letters.forEach((letters, i) => {
    const isFrame = letters > 0 && (template.presence[i] ?? 0) >= template.seen * thresholds.minFramePresence;
    run = isFrame ? run + letters : 0;
    if (isFrame) sum += letters;
    if (run > longestRun) longestRun = run;
  });
  return sum >= thresholds.minFrameLetters && longestRun >= thresholds.minRunLetters;
}

/** Whether accounts divide work by this template: enough of them, a real frame, values that differ between them. */
function isDivided(template: Template, thresholds: Thresholds): boolean {
  return (
    template.usages.size >= thresholds.linkAccounts &&
    template.values.size >= 2 * template.usages.size &&
    template.sharedValues <= template.values.size * thresholds.maxSharedValueShare &&
    hasFrame(template, thresholds)
  );
}

/** Templates that enough accounts use together with `template`. */
function neighbours(state: SharedTemplateState, template: Template, thresholds: Thresholds): Template[] {
  const common = new Map<number, number>();
  for (const account of template.usages.keys()) {
    for (const id of state.accounts.get(account)?.templates ?? []) common.set(id, (common.get(id) ?? 0) + 1);
  }
  const found: Template[] = [];
  for (const [id, count] of common) {
    const other = state.templates.get(id);
    if (!other || other === template || count < thresholds.linkAccounts) continue;
    const smaller = Math.min(other.usages.size, template.usages.size);
    if (count >= smaller * thresholds.linkShare && isDivided(other, thresholds)) found.push(other);
  }
  return found;
}

/** The connected set of templates around `start`, as union-find over co-membership would give, without its bookkeeping. */
function connected(state: SharedTemplateState, start: Template, thresholds: Thresholds): Template[] {
  const found = new Set([start]);
  for (const template of found) {
    for (const other of neighbours(state, template, thresholds)) {
      if (found.size < thresholds.maxTemplatesPerCampaign) found.add(other);
    }
  }
  return [...found];
}

function sumUsage(templates: readonly Template[]): Map<string, Member> {
  const sums = new Map<string, Member>();
  for (const template of templates) {
    for (const [account, usage] of template.usages) {
      let sum = sums.get(account);
      if (!sum) {
        const { firstTime, lastTime } = usage;
        sum = { account, exchanges: 0, examined: 0, newValues: 0, firstTime, lastTime, share: 0, refs: [] };
        sums.set(account, sum);
      }
      sum.exchanges += usage.exchanges;
      sum.examined += usage.examined;
      sum.newValues += usage.newValues;
      sum.firstTime = Math.min(sum.firstTime, usage.firstTime);
      sum.lastTime = Math.max(sum.lastTime, usage.lastTime);
      sum.refs.push(...usage.refs);
    }
  }
  return sums;
}

/** Accounts whose own traffic supports membership. */
function supported(
  state: SharedTemplateState,
  templates: readonly Template[],
  thresholds: Thresholds,
): Map<string, Member> {
  const members = sumUsage(templates);
  for (const [name, member] of members) {
    const total = state.accounts.get(name)?.exchanges ?? Number.POSITIVE_INFINITY;
    member.share = member.exchanges / total;
    const isMember =
      member.exchanges >= thresholds.minMemberExchanges &&
      member.share >= thresholds.minTemplateShare &&
      member.newValues >= member.examined * thresholds.minNewValueShare &&
      member.newValues >= thresholds.minMemberExchanges * thresholds.minNewValueShare;
    if (!isMember) members.delete(name);
  }
  return members;
}

/** Whether members are most of those who use the template; an account too new to judge counts for neither side. */
function isTheirs(
  state: SharedTemplateState,
  template: Template,
  members: ReadonlyMap<string, Member>,
  thresholds: Thresholds,
): boolean {
  let users = 0;
  let theirs = 0;
  for (const account of template.usages.keys()) {
    if (members.has(account)) theirs++;
    if ((state.accounts.get(account)?.exchanges ?? 0) >= thresholds.minMemberExchanges) users++;
  }
  return theirs >= thresholds.linkAccounts && theirs >= users * thresholds.minMemberShare;
}

/** Looks for a campaign around a template that was just used; null when there is none. */
export function findCampaign(
  state: SharedTemplateState,
  start: Template,
  thresholds: Thresholds,
): Campaign | null {
  if (!isDivided(start, thresholds)) return null;
  let templates = connected(state, start, thresholds);
  const users = sumUsage(templates).size;
  let members = supported(state, templates, thresholds);
  for (let before = -1; before !== templates.length; ) {
    before = templates.length;
    const current = members;
    templates = templates.filter((template) => isTheirs(state, template, current, thresholds));
    if (!templates.includes(start)) return null;
    members = supported(state, templates, thresholds);
  }
  const list = [...members.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
  const exchanges = list.reduce((sum, member) => sum + member.exchanges, 0);
  const isShared = templates.some((template) => membersOf(template, members) >= thresholds.minAccounts);
  if (list.length < thresholds.minAccounts || exchanges < thresholds.minExchanges || !isShared) return null;
  templates.sort((a, b) => b.exchanges - a.exchanges || a.id - b.id);
  return { templates, members: list, exchanges, severed: users - list.length };
}

function membersOf(template: Template, members: ReadonlyMap<string, Member>): number {
  let count = 0;
  for (const account of template.usages.keys()) if (members.has(account)) count++;
  return count;
}
