import { createEntry } from '@portcullis/record';
import { type CaseRow, readUndecidedCases } from '../projections/cases-projection.ts';
import { readUnacknowledged, type RepresentationRow } from '../projections/hearings-projection.ts';
import { wasMissed } from '../projections/deadlines-projection.ts';
import { acknowledgeBy } from './representations.ts';
import type { CaseContext } from './case-ports.ts';
import { deadlineOf } from './queue.ts';

/**
 * Records deadlines of cases that went by, once each, and so raises them to the admins and to the top of the queue. It compares states and
 * keeps none: what a stopped program missed, the next start records.
 */
export function createDeadlineReactor(
  context: Pick<CaseContext, 'store' | 'clock' | 'settings' | 'record' | 'inTurn'>,
) {
  async function raise(found: CaseRow): Promise<void> {
    const deadline = deadlineOf(found, context.settings);
    const nowMs = context.clock.now();
    if (deadline === undefined || deadline.dueMs > nowMs) return;
    if (wasMissed(context.store.db, found.case, deadline.name, deadline.dueMs)) return;
    await context.record(
      createEntry('deadline.missed', nowMs, {
        of: found.case,
        deadline: deadline.name,
        due: new Date(deadline.dueMs).toISOString(),
        raised_to: 'admin',
      }),
    );
  }
  async function raiseAcknowledgement({ representation, receivedMs }: RepresentationRow): Promise<void> {
    const deadline = 'acknowledgement';
    if (wasMissed(context.store.db, representation, deadline)) return;
    await context.record(
      createEntry('deadline.missed', context.clock.now(), {
        of: representation,
        deadline,
        due: new Date(acknowledgeBy(receivedMs)).toISOString(),
        raised_to: 'admin',
      }),
    );
  }
  return {
    run: () =>
      context.inTurn('deadline reactor', async () => {
        for (const found of readUndecidedCases(context.store.db)) await raise(found);
        for (const sent of readUnacknowledged(context.store.db))
          if (acknowledgeBy(sent.receivedMs) <= context.clock.now()) await raiseAcknowledgement(sent);
      }),
  };
}
