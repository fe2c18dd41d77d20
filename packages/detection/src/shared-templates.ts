import { describeAgainst, describeClearing, describeSignals, noBound } from './describe-campaign.ts';
import type { Detector } from './detector.ts';
import { type Campaign, findCampaign } from './find-campaign.ts';
import type { Finding } from './finding.ts';
import { createTemplateMatcher } from './match-template.ts';
import { createPromptReader } from './read-prompt.ts';
import { linkAccount, recordAccount } from './record-account.ts';
import { foundTemplate, recordUsage } from './record-usage.ts';
import { sha256 } from './sha256.ts';
import { createState, keepRecent, type SharedTemplateState, type Template } from './shared-template-state.ts';
import { createPromptSketcher } from './sketch-prompt.ts';
import { restoreState, snapshotState } from './snapshot-state.ts';
import { completeThresholds, type Thresholds } from './thresholds.ts';
import type { Traffic } from './traffic.ts';

const name = 'shared-templates';
const version = '1';

/** Looks again after a tenth more exchanges of a template, so that looking costs little however long it runs. */
const nextLookAfter = (exchanges: number): number => exchanges + Math.max(4, Math.floor(exchanges / 10));

/**
 * The key under which the campaign is spoken of: the earliest key that enough of its members already carry, or a new one
 * from the frames its templates were founded with. One account that moved from one campaign to another merges nothing.
 */
function keysOf(
  state: SharedTemplateState,
  campaign: Campaign,
  digest: string,
  thresholds: Thresholds,
): [string, ...string[]] {
  const carriers = new Map<string, number>();
  for (const { account } of campaign.members) {
    const key = state.accounts.get(account)?.campaign ?? '';
    if (state.campaigns.has(key)) carriers.set(key, (carriers.get(key) ?? 0) + 1);
  }
  const enough = Math.min(thresholds.minAccounts, campaign.members.length / 2);
  const carried = [...carriers.keys()].filter((key) => (carriers.get(key) as number) >= enough);
  const order = (key: string): number => state.campaigns.get(key)?.order ?? 0;
  const [key, ...merged] = carried.sort((a, b) => order(a) - order(b));
  if (key !== undefined) return [key, ...merged];
  const frames = campaign.templates.map((template) => template.founded >>> 0).sort((a, b) => a - b);
  return [sha256(`${digest}\n${frames.join(',')}`).slice(0, 32)];
}

/** Whether the campaign is new or has grown enough since it was last spoken of. */
function isNews(
  state: SharedTemplateState,
  campaign: Campaign,
  keys: readonly string[],
  t: Thresholds,
): boolean {
  const before = state.campaigns.get(keys[0] as string);
  if (!before || keys.length > 1) return true;
  const joined = campaign.members.length - before.accounts;
  if (joined >= Math.max(t.growthAccounts, before.accounts * t.growthShare)) return true;
  return joined > 0 && campaign.exchanges >= before.exchanges * (1 + t.growthExchangesShare);
}

/**
 * Finds sets of accounts that divide work between them by shared prompt templates. Streaming, with bounded memory; see
 * the package README for the method and its limits. It has no calibrated error bound, and every finding says so.
 * Throws `bad_threshold`.
 */
export function createSharedTemplates(given: Partial<Thresholds> = {}): Detector<SharedTemplateState> {
  const thresholds = completeThresholds(given);
  const digest = sha256(
    JSON.stringify([name, version, Object.entries(thresholds).sort(([a], [b]) => (a < b ? -1 : 1))]),
  );
  const reader = createPromptReader(thresholds);
  const sketcher = createPromptSketcher(thresholds.seed);
  const matcher = createTemplateMatcher(thresholds);

  function record(state: SharedTemplateState, traffic: Traffic): Template | null {
    const account = recordAccount(state, traffic, thresholds);
    const reading = reader.read(traffic.prompt);
    if (reading.totalLetters < thresholds.minFrameLetters) return null;
    const anchors = sketcher.sketch(reading);
    matcher.load(reading);
    const template = matcher.match(state, anchors) ?? foundTemplate(state, anchors, reading, thresholds);
    const wasShared = template.words !== null;
    recordUsage(state, template, traffic, reading, matcher, thresholds);
    if (template.words === null) return null;
    linkAccount(account, template, thresholds);
    if (!wasShared) {
      for (const user of template.usages.keys()) {
        const other = state.accounts.get(user);
        if (other) linkAccount(other, template, thresholds);
      }
    }
    return template;
  }

  function speak(state: SharedTemplateState, campaign: Campaign, keys: readonly string[]): Finding {
    const [key, ...supersedes] = keys as [string, ...string[]];
    const order = state.campaigns.get(key)?.order ?? state.nextCampaignOrder++;
    for (const merged of supersedes) state.campaigns.delete(merged);
    const { members, exchanges } = campaign;
    keepRecent(state.campaigns, key, { accounts: members.length, exchanges, order }, thresholds.maxCampaigns);
    for (const { account } of members) {
      const known = state.accounts.get(account);
      if (known) known.campaign = key;
    }
    return {
      kind: 'campaign',
      campaign: key,
      supersedes,
      detector: name,
      version,
      digest,
      accounts: members.map((member) => member.account),
      firstTime: Math.min(...members.map((member) => member.firstTime)),
      lastTime: Math.max(...members.map((member) => member.lastTime)),
      exchanges,
      statistic: members.reduce((sum, member) => sum + member.newValues, 0),
      bound: noBound,
      signals: describeSignals(state, campaign, thresholds),
      against: describeAgainst(state, campaign),
      wouldHaveCleared: describeClearing(thresholds),
    };
  }

  return {
    name,
    version,
    thresholds,
    readsResponses: false,
    digest: () => digest,
    initial: createState,
    step(state, traffic) {
      const template = record(state, traffic);
      if (!template || template.exchanges < template.nextLook) return { state, findings: [] };
      if (template.usages.size < thresholds.minAccounts) return { state, findings: [] };
      template.nextLook = nextLookAfter(template.exchanges);
      const campaign = findCampaign(state, template, thresholds);
      if (!campaign) return { state, findings: [] };
      const keys = keysOf(state, campaign, digest, thresholds);
      const findings = isNews(state, campaign, keys, thresholds) ? [speak(state, campaign, keys)] : [];
      return { state, findings };
    },
    snapshot: (state) => snapshotState(state, digest),
    restore: (json) => restoreState(json, digest),
  };
}
