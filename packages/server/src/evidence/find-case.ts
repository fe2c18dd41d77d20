import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { ServerError } from '../server-error.ts';
import { type Item, itemOf, scanLedger } from './scan-ledger.ts';

/** What has to be known of a case before its entries can be told from others; read from the leaves alone. */
export type FoundCase = {
  readonly id: string;
  readonly findings: readonly Item<'finding'>[];
  readonly findingIds: ReadonlySet<string>;
  readonly decisionIds: ReadonlySet<string>;
  readonly accused: ReadonlySet<string>;
  /** Indices that the signals of its findings cite. */
  readonly cited: ReadonlySet<number>;
  readonly erasures: readonly Item<'content.erased'>[];
};

type Scan = { readonly ledger: Pick<LedgerReader, 'entries'>; readonly size: number };

/** @throws ServerError `not-found` where no entry opens the case, `ledger-damaged` where its finding is missing */
export async function findCase(
  { ledger, size }: Scan,
  id: string,
  onProgress?: (step: string, done: number) => void,
): Promise<FoundCase> {
  const findingIds = new Set<string>();
  const decisionIds = new Set<string>();
  const erasures: Item<'content.erased'>[] = [];
  const whole = { from: 0, to: size };
  await scanLedger(
    ledger,
    whole,
    (leaf) => {
      const item = itemOf(leaf, 'case.opened', 'case.extended', 'decision', 'content.erased');
      if (item === undefined) return;
      if (item.entry.type === 'content.erased') erasures.push(item as Item<'content.erased'>);
      else if (item.entry.case !== id) return;
      else if (item.entry.type === 'decision') decisionIds.add(item.entry.decision);
      else findingIds.add(item.entry.finding);
    },
    (done) => onProgress?.('looking for the case', done),
  );
  if (findingIds.size === 0)
    throw new ServerError(
      'not-found',
      `No entry of the ledger opens the case ${id}. List cases: portcullis case list.`,
    );
  const { findings, accused } = await readFindings({ ledger, size }, findingIds, onProgress);
  const cited = new Set(findings.flatMap(({ entry }) => entry.signals.flatMap((signal) => signal.examples)));
  return { id, findings, findingIds, decisionIds, accused, cited, erasures };
}

/** Members come before the finding that they belong to, so that they need a pass of their own. */
async function readFindings(
  { ledger, size }: Scan,
  findingIds: ReadonlySet<string>,
  onProgress?: (step: string, done: number) => void,
): Promise<{ findings: Item<'finding'>[]; accused: Set<string> }> {
  const findings: Item<'finding'>[] = [];
  const accused = new Set<string>();
  await scanLedger(
    ledger,
    { from: 0, to: size },
    (leaf) => {
      const item = itemOf(leaf, 'finding', 'finding.members');
      if (item === undefined || !findingIds.has(item.entry.finding)) return;
      if (item.entry.type === 'finding') findings.push(item as Item<'finding'>);
      else for (const account of item.entry.accounts) accused.add(account);
    },
    (done) => onProgress?.('reading its findings', done),
  );
  if (findings.length === 0 || accused.size === 0)
    throw new ServerError(
      'ledger-damaged',
      'The finding of this case is not on the ledger. Run portcullis fsck.',
    );
  return { findings, accused };
}
