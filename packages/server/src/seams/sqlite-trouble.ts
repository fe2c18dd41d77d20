// What an error of SQLite says about the disk. Result codes: https://www.sqlite.org/rescode.html

const BUSY = 5;
const LOCKED = 6;
const NOMEM = 7;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
/** Of IOERR, those that come from no room on the disk or in memory, and not from the disk itself. */
const IOERR_NOMEM = IOERR + 12 * 256;
const IOERR_SHMSIZE = IOERR + 19 * 256;

export type SqliteTrouble = 'busy' | 'disk_full' | 'out_of_memory' | 'can_not_open' | 'storage-failed';

/** Undefined where the error is not SQLite's, or says nothing about the disk. */
export function sqliteTrouble(error: unknown): SqliteTrouble | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  if (typeof errcode !== 'number') return undefined;
  if (errcode === IOERR_SHMSIZE) return 'disk_full';
  if (errcode === IOERR_NOMEM) return 'out_of_memory';
  switch (errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return 'busy';
    case FULL:
      return 'disk_full';
    case NOMEM:
      return 'out_of_memory';
    case CANTOPEN:
      return 'can_not_open';
    case IOERR:
      return 'storage-failed';
    default:
      return undefined;
  }
}
