import { DetectionError } from './detection-error.ts';
import type { Json } from './detector.ts';
import type { AccountState, KnownCampaign, SharedTemplateState, Template } from './shared-template-state.ts';

const format = 'portcullis/shared-templates/1';

type PlainTemplate = Omit<Template, 'anchors' | 'pairs' | 'letters' | 'usages' | 'values'> & {
  anchors: number[];
  pairs: number[];
  letters: number[];
  usages: [string, Template['usages'] extends Map<string, infer U> ? U : never][];
  values: [number, string][];
};

type Plain = {
  format: string;
  digest: string;
  nextTemplateId: number;
  nextCampaignOrder: number;
  candidates: PlainTemplate[];
  templates: PlainTemplate[];
  anchors: [number, number][];
  accounts: [string, AccountState][];
  campaigns: [string, KnownCampaign][];
};

function toPlain(template: Template): PlainTemplate {
  return {
    ...template,
    anchors: [...template.anchors],
    pairs: [...template.pairs],
    letters: [...template.letters],
    usages: [...template.usages],
    values: [...template.values],
  };
}

function fromPlain(plain: PlainTemplate): [number, Template] {
  const template: Template = {
    ...plain,
    anchors: Int32Array.from(plain.anchors),
    pairs: Int32Array.from(plain.pairs),
    letters: Uint8Array.from(plain.letters),
    usages: new Map(plain.usages),
    values: new Map(plain.values),
  };
  return [plain.id, template];
}

/** A copy: later steps do not change it. Maps become lists in their order of use, which eviction depends on. */
export function snapshotState(state: SharedTemplateState, digest: string): Json {
  const plain: Plain = {
    format,
    digest,
    nextTemplateId: state.nextTemplateId,
    nextCampaignOrder: state.nextCampaignOrder,
    candidates: [...state.candidates.values()].map(toPlain),
    templates: [...state.templates.values()].map(toPlain),
    anchors: [...state.anchors],
    accounts: [...state.accounts],
    campaigns: [...state.campaigns],
  };
  return structuredClone(plain) as unknown as Json;
}

/**
 * Throws `snapshot_mismatch` when the snapshot names another format or digest. A snapshot is the caller's own derived
 * data: beyond that its shape is trusted, and a damaged one is replaced by replaying the ledger.
 */
export function restoreState(json: Json, digest: string): SharedTemplateState {
  const plain = structuredClone(json) as unknown as Plain | null;
  if (plain === null || typeof plain !== 'object' || plain.format !== format || plain.digest !== digest) {
    throw new DetectionError(
      'snapshot_mismatch',
      'The snapshot was written by another detector, version or set of thresholds; drop it and replay the ledger.',
    );
  }
  return {
    nextTemplateId: plain.nextTemplateId,
    nextCampaignOrder: plain.nextCampaignOrder,
    candidates: new Map(plain.candidates.map(fromPlain)),
    templates: new Map(plain.templates.map(fromPlain)),
    anchors: new Map(plain.anchors),
    accounts: new Map(plain.accounts),
    campaigns: new Map(plain.campaigns),
  };
}
