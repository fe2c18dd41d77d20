import { readFileSync } from 'node:fs';

/** What a look saw of an account of a scenario, as collect-rows.ts wrote it. */
export type Row = {
  readonly world: number;
  readonly account: string;
  readonly label: string;
  readonly source: string;
  readonly signals: Float64Array;
};

export function readRows(path: string): Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [world, account, label, source, , , signals] = JSON.parse(line) as [
        number,
        string,
        string,
        string,
        number,
        number,
        number[],
      ];
      return { world, account, label, source, signals: Float64Array.from(signals) };
    });
}

/** An account of a scenario. */
export function keyOf({ world, account }: Row): string {
  return `${world} ${account}`;
}

export function isAttack(label: string): boolean {
  return label === 'single' || label === 'hydra';
}

/** Running maximum of a score over each account's rows. */
export function maximaOf(
  from: readonly Row[],
  score: (signals: Float64Array) => number,
): Map<string, { maximum: number; label: string }> {
  const maxima = new Map<string, { maximum: number; label: string }>();
  for (const row of from) {
    const value = score(row.signals);
    const before = maxima.get(keyOf(row))?.maximum ?? Number.NEGATIVE_INFINITY;
    if (value > before) maxima.set(keyOf(row), { maximum: value, label: row.label });
  }
  return maxima;
}
