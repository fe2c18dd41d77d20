import { createEntry, type EntryNamed, type View, VIEWS } from '@portcullis/record';
import { checkReasons } from '../accounts/checks.ts';
import { readCaseFindings } from '../projections/cases-projection.ts';
import { readFinding } from '../projections/findings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { type Revealed, revealKnown } from './known-cases.ts';
import { requireCase, requireReviewer, requireOpened } from './case-rules.ts';

export type CommitInput = {
  readonly case: string;
  readonly by: Person;
  readonly view: View;
  readonly reasons: string;
};

/** The view that was committed, and what the detector says, which nobody is shown before. */
export type Committed = {
  readonly case: string;
  readonly view: View;
  readonly score: Pick<EntryNamed<'finding'>, 'finding' | 'statistic' | 'bound'> | null;
  /** Where the case is one whose answer was known. */
  readonly known: Revealed | null;
  readonly next: string;
};

const FINDINGS_MAX = 16;

/**
 * Commits a person's own view of a case; only then is the detector's score shown to them. Both are on the ledger before the answer.
 * @throws ServerError `bad-request`, `not-found`, `forbidden`, `conflict` (evidence not opened)
 */
export async function commitView(context: CaseContext, input: CommitInput): Promise<Committed> {
  requireReviewer(input.by);
  if (!VIEWS.includes(input.view))
    throw new ServerError('bad-request', `The view must be one of ${VIEWS.join(', ')}.`);
  const reasons = checkReasons(input.reasons);
  return context.inTurn(input.case, async () => {
    const { db } = context.store;
    const found = requireCase(context.store, input.case);
    requireOpened(context.store, found.case, input.by, found.grownIndex, undefined);
    const whose = { case: found.case, by: input.by.operator };
    await context.record(
      createEntry('view.committed', context.clock.now(), { ...whose, view: input.view, reasons }),
    );
    const findings = readCaseFindings(db, found.case).map((each) => each.finding);
    const shown = findings.slice(-FINDINGS_MAX);
    await context.record(createEntry('score.shown', context.clock.now(), { ...whose, findings: shown }));
    const newest = readFinding(db, findings.at(-1) ?? '')?.entry;
    const score = newest && {
      finding: newest.finding,
      statistic: newest.statistic,
      bound: newest.bound,
    };
    const known = await revealKnown(context, found.case, input.by.operator, input.view);
    const next = known === null ? nextStep(found) : 'Nothing is to be decided: portcullis case list';
    return { case: found.case, view: input.view, score: score ?? null, known, next };
  });
}

function nextStep({ case: caseId, state, pending }: { case: string; state: string; pending: string | null }) {
  return state === 'proposed'
    ? `Confirm or reject the proposal: portcullis case decide ${caseId} --confirm ${pending} --reasons "…"`
    : `Decide: portcullis case decide ${caseId} --measure … --reasons "…"`;
}
