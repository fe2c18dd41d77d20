import { errorCode } from '../seams/durable-files.ts';
import { sqliteTrouble } from '../seams/sqlite-trouble.ts';
import { ServerError, type ServerErrorCode } from '../server-error.ts';

// Why the ledger stopped, and whether opening it again can help. docs/decisions/0005-recovery.md has the table in words.

/** What callers and operators are told of a cause that can go away. */
export type OutageCode =
  | 'disk_full'
  | 'quota_reached'
  | 'too_many_open_files'
  | 'out_of_memory'
  | 'busy'
  | 'can_not_open'
  | 'ledger_failed' // the writer broke in a way nobody foresaw
  | 'thread_ended';

/**
 * `passing`: it is opened anew until the cause has gone. `broken`: the same, but not again and again. `final`: it would do harm, or can not
 * help; a person must look.
 */
export type StopKind = 'passing' | 'broken' | 'final';

/** Plain data, so that it can cross threads. */
export type StopCause = {
  readonly kind: StopKind;
  readonly outage: OutageCode;
  readonly code: ServerErrorCode;
  readonly message: string;
};

const PASSING: Readonly<Record<string, OutageCode>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'quota_reached',
  EMFILE: 'too_many_open_files',
  ENFILE: 'too_many_open_files',
  ENOMEM: 'out_of_memory',
  EAGAIN: 'busy',
  EBUSY: 'busy',
};

/** Of the system's errors, those that another try does not change. */
const FINAL = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ESTALE', 'ENODEV', 'ENXIO', 'EIO']);

/** The cause that says most: the innermost one that is known. */
export function stopCause(error: unknown): StopCause {
  const chain: unknown[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  const message = error instanceof Error ? error.message : 'unknown';
  // A ledger-refused is what the writer makes of any error; what is below it counts.
  const own = chain.find(
    (each): each is ServerError => each instanceof ServerError && each.code !== 'ledger-refused',
  );
  if (own !== undefined)
    return { kind: 'final', outage: 'ledger_failed', code: own.code, message: own.message };
  for (const each of chain) {
    const trouble = sqliteTrouble(each);
    if (trouble !== undefined && trouble !== 'storage-failed')
      return { kind: 'passing', outage: trouble, code: 'ledger-refused', message };
    const code = errorCode(each) ?? '';
    const passing = PASSING[code];
    if (passing !== undefined) return { kind: 'passing', outage: passing, code: 'ledger-refused', message };
    if (FINAL.has(code)) return { kind: 'final', outage: 'ledger_failed', code: 'ledger-refused', message };
  }
  return { kind: 'broken', outage: 'ledger_failed', code: 'ledger-refused', message };
}

/** The thread broke, or the system would not let one begin: Node needs open files and memory for that. */
export function threadBroke(error: unknown): StopCause {
  const name = error instanceof Error ? error.name : 'unknown';
  if (errorCode(error) === 'ERR_WORKER_INIT_FAILED')
    return {
      kind: 'passing',
      outage: 'too_many_open_files',
      code: 'ledger-refused',
      message: 'No thread can be started; the process may have too many open files.',
    };
  return threadEnded(`The ledger thread broke: ${name}.`);
}

/** The thread ended without a word: it was killed, or Node ended it. */
export function threadEnded(why: string): StopCause {
  return { kind: 'broken', outage: 'thread_ended', code: 'ledger-refused', message: why };
}

const WORDS: Readonly<Record<OutageCode, string>> = {
  disk_full: 'the disk is full',
  quota_reached: 'the disk quota is used up',
  too_many_open_files: 'too many files are open',
  out_of_memory: 'memory has run out',
  busy: 'a file of it is busy',
  can_not_open: 'a file of it can not be opened',
  ledger_failed: 'its writer failed',
  thread_ended: 'its thread has ended',
};

/** For people: no path and no number of the system stands in it. */
export function outageWords(code: OutageCode): string {
  return WORDS[code];
}
