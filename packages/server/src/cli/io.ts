import { createStyle, type Style } from './text.ts';

/** What a command sees of the world. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Unix milliseconds. */
  now(): number;
  /** How the program was called, for commands to type next. */
  readonly program: string;
  readonly style: Style;
  /** Columns to set text in. */
  readonly width: number;
  /** Whether a person watches standard error, for progress. */
  readonly watched: boolean;
  /** A line to standard output. */
  say(line?: string): void;
  /** A line to standard error. */
  note(line: string): void;
  /** Replaces the last line of standard error; nothing where nobody watches. */
  progress(line: string): void;
  /** The value as JSON to standard output. */
  json(value: unknown): void;
};

const WIDTH_MAX = 110;

export function createIo(process: NodeJS.Process): Io {
  const { stdout, stderr, env } = process;
  const colour = stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  // A reader that goes away (`| head`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    env,
    cwd: process.cwd(),
    now: () => Date.now(),
    // npx sets it.
    program: env['npm_command'] === undefined ? 'portcullis' : 'npx portcullis',
    style: createStyle(colour),
    // A terminal that does not know its width says 0.
    width: Math.min(stdout.columns || 100, WIDTH_MAX),
    watched: stderr.isTTY === true,
    say: (line = '') => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    progress(line) {
      if (stderr.isTTY) stderr.write(`\r\u001b[2K${line}`);
    },
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  };
}
