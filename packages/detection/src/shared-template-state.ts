import type { Thresholds } from './thresholds.ts';

/** What one account sent from one template. */
export type Usage = {
  exchanges: number;
  /** Exchanges whose slot value was looked at; stops at `maxExaminedPerAccount`. */
  examined: number;
  /** … and was new: nobody had sent it before. */
  newValues: number;
  firstTime: number;
  lastTime: number;
  /** `Traffic.ref` of the first exchanges, at most two. */
  refs: number[];
};

/**
 * Prompts that share a frame. While one account sends it, it is a candidate and holds hashes only (`words` is null);
 * when a second account comes, the words both share are kept, so that a finding can quote them.
 */
export type Template = {
  readonly id: number;
  /** Hash of the frame it was founded with; part of a campaign's key. */
  readonly founded: number;
  readonly anchors: Int32Array;
  /** Hash of each pair of neighbouring tokens; one more than there are tokens. */
  pairs: Int32Array;
  letters: Uint8Array;
  words: string[] | null;
  /** For each word, how many of `seen` examined exchanges had it. */
  presence: number[];
  seen: number;
  exchanges: number;
  usages: Map<string, Usage>;
  /** Slot value -> the account that sent it, or '' when several did. */
  values: Map<number, string>;
  sharedValues: number;
  /** The number of exchanges at which a campaign is looked for again. */
  nextLook: number;
};

/** What is remembered of an account; hashes are 0 where nothing is known. */
export type AccountState = {
  exchanges: number;
  followUps: number;
  addressHash: number;
  billingHash: number;
  systemHash: number;
  /** Ids of templates it shares with others, least recent at the start. */
  templates: number[];
  campaign: string;
};

/** A campaign that was spoken of before. */
export type KnownCampaign = { accounts: number; exchanges: number; order: number };

/** All maps are in order of last use, so that the first key is the least recent. */
export type SharedTemplateState = {
  nextTemplateId: number;
  nextCampaignOrder: number;
  candidates: Map<number, Template>;
  templates: Map<number, Template>;
  /** Anchor hash -> id of the template that last claimed it. */
  anchors: Map<number, number>;
  accounts: Map<string, AccountState>;
  campaigns: Map<string, KnownCampaign>;
};

export function createState(): SharedTemplateState {
  return {
    nextTemplateId: 1,
    nextCampaignOrder: 1,
    candidates: new Map(),
    templates: new Map(),
    anchors: new Map(),
    accounts: new Map(),
    campaigns: new Map(),
  };
}

/** Puts `key` last and drops the least recent keys beyond `limit`. */
export function keepRecent<K, V>(
  map: Map<K, V>,
  key: K,
  value: V,
  limit: number,
  dropped?: (value: V) => void,
): void {
  map.delete(key);
  map.set(key, value);
  while (map.size > limit) {
    const [oldest, old] = map.entries().next().value as [K, V];
    map.delete(oldest);
    dropped?.(old);
  }
}

/** Forgets the anchors a template still holds; others may have claimed some since. */
function releaseAnchors(state: SharedTemplateState, template: Template): void {
  for (const anchor of template.anchors) {
    if (state.anchors.get(anchor) === template.id) state.anchors.delete(anchor);
  }
}

/** Marks a template as just used, as a candidate or as shared, and drops what exceeds the limits. */
export function touchTemplate(state: SharedTemplateState, template: Template, thresholds: Thresholds): void {
  const release = (old: Template): void => releaseAnchors(state, old);
  if (template.words === null) {
    keepRecent(state.candidates, template.id, template, thresholds.maxCandidates, release);
  } else {
    state.candidates.delete(template.id);
    keepRecent(state.templates, template.id, template, thresholds.maxTemplates, release);
  }
}
