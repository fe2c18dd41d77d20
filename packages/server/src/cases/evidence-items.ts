import { createEntry } from '@portcullis/record';
import { readAppeals } from '../projections/appeals-projection.ts';
import { readCaseFindings } from '../projections/cases-projection.ts';
import { readFinding } from '../projections/findings-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readRepresentations } from '../projections/hearings-projection.ts';
import { ServerError } from '../server-error.ts';
import { openKept } from '../vault/open-kept.ts';
import { maySeeScore, withoutScore } from './blind-view.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireCase, requireReviewer } from './case-rules.ts';
import { quoteTemplates } from './quote-templates.ts';

/** One thing a reviewer can open: `finding:<id>`, `exchange:<ledger index>`, `appeal:<id>` or `representation:<id>`. */
export type EvidenceItem = { readonly item: string; readonly index: number; readonly says: string };
export type OpenedItem = EvidenceItem & {
  /** Text by part, such as `request` and `response`; null where there is none. */
  readonly content: Readonly<Record<string, string>> | null;
  /** Why there is no content. */
  readonly missing?: 'erased' | 'none' | 'lost';
};

const ITEMS_MAX = 32;

/** What there is to open in a case: the newest findings, what accounts say, then the exchanges that show their signals. */
export function listEvidence({ db }: Pick<ProjectionStore, 'db'>, caseId: string): EvidenceItem[] {
  const items = new Map<string, EvidenceItem>();
  const add = (item: string, index: number, says: string) => {
    if (!items.has(item)) items.set(item, { item, index, says });
  };
  const findings = readCaseFindings(db, caseId)
    .toReversed()
    .flatMap((each) => readFinding(db, each.finding) ?? []);
  for (const found of findings.slice(0, 4))
    add(`finding:${found.finding}`, found.index, 'What the detector states');
  for (const appeal of readAppeals(db, caseId).toReversed())
    add(`appeal:${appeal.appeal}`, appeal.index, `What ${appeal.account} says`);
  for (const sent of readRepresentations(db, caseId).toReversed())
    add(`representation:${sent.representation}`, sent.index, `What ${sent.account} sent: ${sent.kind}`);
  for (const found of findings)
    for (const signal of found.entry.signals)
      for (const index of signal.examples) add(`exchange:${index}`, index, signal.sentence);
  return [...items.values()];
}

export type OpenInput = {
  readonly case: string;
  readonly by: Person;
  /** Names from the case's evidence list, at most 32; all of it (up to 32) where left out. */
  readonly items?: readonly string[];
};

/**
 * Opens evidence for a person. That they did is on the ledger before they see anything.
 * @throws ServerError `bad-request`, `not-found`, `forbidden`
 */
export async function openEvidence(
  context: CaseContext,
  input: OpenInput,
): Promise<{ opened: OpenedItem[] }> {
  requireReviewer(input.by);
  requireCase(context.store, input.case);
  const known = new Map(listEvidence(context.store, input.case).map((each) => [each.item, each]));
  const names = input.items ?? [...known.keys()].slice(0, ITEMS_MAX);
  if (names.length === 0 || names.length > ITEMS_MAX)
    throw new ServerError('bad-request', `Open 1 to ${ITEMS_MAX} items at a time.`);
  const chosen = names.map((name) => {
    const item = known.get(name);
    if (item === undefined)
      throw new ServerError(
        'not-found',
        `${input.case} has no evidence of that name. Show it: portcullis case show ${input.case}.`,
      );
    return item;
  });
  await context.record(
    createEntry('evidence.viewed', context.clock.now(), {
      case: input.case,
      by: input.by.operator,
      items: chosen.map((each) => each.item),
    }),
  );
  const mayScore = maySeeScore(context.store, input.case, input.by);
  return { opened: await Promise.all(chosen.map((each) => openItem(context, each, mayScore))) };
}

async function openItem(context: CaseContext, item: EvidenceItem, mayScore: boolean): Promise<OpenedItem> {
  if (item.item.startsWith('finding:')) {
    const found = readFinding(context.store.db, item.item.slice('finding:'.length));
    if (found === undefined) return { ...item, content: null, missing: 'none' };
    const templates = await quoteTemplates(context.vault, found.entry);
    return {
      ...item,
      content: { finding: JSON.stringify(mayScore ? found.entry : withoutScore(found.entry)), ...templates },
    };
  }
  const kept = await openKept(context.vault, item.index);
  if (typeof kept === 'string') return { ...item, content: null, missing: kept };
  // Bytes as they came, which need not be UTF-8.
  const decoder = new TextDecoder();
  const texts = Object.entries(kept.parts).map(([name, bytes]) => [name, decoder.decode(bytes)] as const);
  return { ...item, content: Object.fromEntries(texts) };
}
