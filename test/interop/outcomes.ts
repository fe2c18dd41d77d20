/** Which way something went, from its maker to its reader. */
export type Direction = 'ours → theirs' | 'theirs → ours';

/** One line of the table: what was sound must be accepted, everything tampered with refused. */
export type Outcome = {
  readonly what: string;
  readonly direction: Direction;
  /** The module of the other side. */
  readonly by: string;
  readonly accepted: number;
  readonly refused: number;
  /** What went against the expectation. */
  readonly wrong: readonly string[];
};

export type Judged = { readonly ok: boolean; readonly error: string };

export type Recorder = {
  /** Each of `sound` must be accepted and each of `tampered` refused. */
  check(
    what: string,
    direction: Direction,
    by: string,
    cases: { readonly sound: readonly Case[]; readonly tampered: readonly Case[] },
  ): Promise<void>;
  readonly outcomes: readonly Outcome[];
};

/** A name for the table where it goes wrong, and who is asked. */
export type Case = readonly [name: string, judge: () => Promise<Judged> | Judged];

export function createRecorder(): Recorder {
  const outcomes: Outcome[] = [];
  return {
    outcomes,
    async check(what, direction, by, { sound, tampered }) {
      const wrong: string[] = [];
      let accepted = 0;
      let refused = 0;
      for (const [name, judge] of sound) {
        const { ok, error } = await judge();
        if (ok) accepted++;
        else wrong.push(`${name} was refused: ${error}`);
      }
      for (const [name, judge] of tampered) {
        const { ok } = await judge();
        if (ok) wrong.push(`${name} was accepted`);
        else refused++;
      }
      outcomes.push({ what, direction, by, accepted, refused, wrong });
    },
  };
}

/** Our own libraries throw where they refuse. */
export function judged(run: () => unknown): Judged {
  try {
    run();
    return { ok: true, error: '' };
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}

/** @param versions version by module path */
export function formatTable(
  outcomes: readonly Outcome[],
  versions: Readonly<Record<string, string>>,
): string {
  const rows = outcomes.map(({ what, direction, by, accepted, refused, wrong }) => [
    what,
    direction,
    wrong.length === 0
      ? `ok: ${accepted} accepted, ${refused} tampered refused`
      : `WRONG: ${wrong.join('; ')}`,
    by,
    versionOf(by, versions),
  ]);
  const table = [['what', 'direction', 'result', 'the other side', 'version'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...table.map((row) => (row[at] as string).length)));
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function versionOf(by: string, versions: Readonly<Record<string, string>>): string {
  const module = Object.keys(versions).find((path) => by === path || by.startsWith(`${path}/`));
  return module === undefined ? '' : (versions[module] as string);
}
