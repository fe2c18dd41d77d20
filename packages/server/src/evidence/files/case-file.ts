import type { Entry, Json } from '@portcullis/record';
import type { FoundCase } from '../find-case.ts';
import type { CaseEntries } from '../write-leaves.ts';

type Leaf = { readonly index: number; readonly entry: Entry };

/** An item that says what the leaf at its index says (docs/bundle.md, "Items"). */
export function asItem({ index, entry }: Leaf): Json {
  return { index, ...entry } as unknown as Json;
}

/** An item with only some of the leaf's fields. */
export function pickItem({ index, entry }: Leaf, ...fields: readonly string[]): Json {
  const all = entry as unknown as Readonly<Record<string, Json>>;
  const picked: Record<string, Json> = { index, type: entry.type, time: entry.time };
  for (const field of fields) if (all[field] !== undefined) picked[field] = all[field];
  return picked;
}

/** How people worked on a case, besides what has a list of its own. */
const WORK = [
  'rules.adopted',
  'view.committed',
  'score.shown',
  'case.leased',
  'deadline.missed',
  'decision.window',
  'decision.undone',
  'account.severed',
  'known.revealed',
  'statement.issued',
  'link.issued',
  'link.revoked',
  'representation.received',
  'representation.acknowledged',
  'decision.effected',
  'switch.turned',
  'switch.drilled',
] as const;

/** `case.json`: who is accused of what, and what people did about it. */
export function caseFile(found: FoundCase, entries: CaseEntries): Json {
  const items = (type: Parameters<CaseEntries['of']>[0]): Json => entries.of(type).map(asItem);
  return {
    case: found.id,
    accounts: [...found.accused].sort().map((account) => ({
      account,
      ...figuresOf(entries, account),
    })),
    opened: items('case.opened'),
    extended: items('case.extended'),
    findings: items('finding'),
    findingMembers: { indices: entries.of('finding.members').map((item) => item.index) },
    evidenceViewed: items('evidence.viewed'),
    work: WORK.flatMap((type) => entries.of(type))
      .sort((a, b) => a.index - b.index)
      .map(asItem),
    decisions: items('decision'),
    decisionMembers: { indices: entries.of('decision.members').map((item) => item.index) },
    appeals: items('appeal'),
    standing: items('standing.set'),
    budgets: [...entries.of('budget.reserved'), ...entries.of('budget.spent')].map(asItem),
    holds: [...entries.of('hold.placed'), ...entries.of('hold.lifted')].map(asItem),
    erasures: items('content.erased'),
  };
}

export function figuresOf(entries: CaseEntries, account: string) {
  return (
    entries.figures.get(account) ?? {
      exchanges: 0,
      completed: 0,
      refused: 0,
      inputTokens: 0,
      outputTokens: 0,
    }
  );
}
