import { ServerError, type ServerErrorCode } from '../server-error.ts';

/** What the shell is told. */
export const EXIT = { ok: 0, refused: 1, wrongUse: 2, unreachable: 3, diskFailed: 4 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

type Told = { readonly exit: Exit; readonly hint: string };
const told = new WeakMap<Error, Told>();

/** An error of the command line itself, with its exit status and what to do next. */
export function failure(exit: Exit, message: string, hint = ''): ServerError {
  const error = new ServerError(exit === EXIT.wrongUse ? 'bad-request' : 'conflict', message);
  told.set(error, { exit, hint });
  return error;
}

const HINTS: Partial<Record<ServerErrorCode, Told>> = {
  'bad-config': { exit: EXIT.wrongUse, hint: '' },
  'bad-request': { exit: EXIT.wrongUse, hint: '' },
  'ledger-locked': {
    exit: EXIT.refused,
    hint: 'Another portcullis runs on this data directory. Stop it, or name another with --data DIR.',
  },
  'ledger-damaged': {
    exit: EXIT.refused,
    hint: 'Change nothing in the directory, and run: portcullis fsck DIR',
  },
  'storage-failed': {
    exit: EXIT.diskFailed,
    hint: 'Do not start it again before you looked at the disk: docs/operating.md, "When the disk fails".',
  },
  'port-in-use': {
    exit: EXIT.refused,
    hint: 'Choose another with --port (or --admin-port of portcullis start); 0 takes any free one.',
  },
};

/** The exit status, the message and the hint for whatever a command threw. Only errors of our own say what happened. */
export function explain(error: unknown): Told & { readonly message: string } {
  if (!(error instanceof ServerError)) {
    const { name = 'Error', message = String(error) } = (error ?? {}) as Partial<Error>;
    const hint = 'This was not foreseen. Run it again; if it stays, report it with the command you typed.';
    return { exit: EXIT.refused, message: `It stopped: ${name}: ${message}`, hint };
  }
  const own = told.get(error) ?? HINTS[error.code] ?? { exit: EXIT.refused, hint: '' };
  return { ...own, message: error.message };
}
