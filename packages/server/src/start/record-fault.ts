import { createEntry, type EntryBody } from '@portcullis/record';
import type { Log } from '../gate/gate-ports.ts';
import { outlastOutages } from '../ledger/outlast-outages.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';

/** Of a `fault` entry. */
const DETAIL_CHARS_MAX = 600;

/** Puts on the ledger what went wrong; in an outage, once that is over. Nobody waits for it. */
export type RecordFault = (kind: EntryBody<'fault'>['kind'], detail: string) => void;

/** One that the ledger can not take for good is in the log. After an outage one may come twice. */
export function createFaultRecorder(
  { appender, thread }: Pick<Storage, 'appender' | 'thread'>,
  clock: Clock,
  log: Log,
): RecordFault {
  return (kind, detail) => {
    const entry = createEntry('fault', clock.now(), {
      kind,
      detail: detail.slice(0, DETAIL_CHARS_MAX).toWellFormed(),
    });
    outlastOutages(thread, async () => appender.append({ entry })).catch(() =>
      log('error', 'fault.not_recorded', { kind, detail: entry.detail }),
    );
  };
}
