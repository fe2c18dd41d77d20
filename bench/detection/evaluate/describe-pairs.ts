import { markdownTable } from '../../harness/markdown.ts';
import type { PairScore } from './describe-scores.ts';
import type { AttackScore, Share, Until } from './score.ts';

const HUNT = 'portcullis';
const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
const ofAll = ({ k, n }: Share): string => `${percent(k / n)} (${k}/${n})`;
const figure = (value: number | null, digits: number): string =>
  value === null ? 'never' : value.toFixed(digits);
const until = ({ median, p95 }: Until, digits: number): string =>
  `${figure(median, digits)} / ${figure(p95, digits)}`;

/** One attack of one pair, as each detector at each alpha saw it. */
type Seen = ReadonlyMap<string, { readonly score: PairScore['score']; readonly caught: AttackScore }>;

const nameOf = (detector: string, alpha: number): string => `${detector} ${alpha}`;

function seenOf(scores: readonly PairScore[]): ReadonlyMap<string, Seen> {
  const rows = new Map<string, Map<string, { score: PairScore['score']; caught: AttackScore }>>();
  for (const { attack, mix, detector, alpha, score } of scores) {
    for (const [source, caught] of Object.entries(score.attacks)) {
      const key = `${attack}: ${source.replace(/^attack_/, '')}|${mix}`;
      const row = rows.get(key) ?? new Map();
      row.set(nameOf(detector, alpha), { score, caught });
      rows.set(key, row);
    }
  }
  return rows;
}

/** What was caught, and after a semicolon how many benign accounts were named. */
function spell(row: Seen, name: string, caught: (share: Share) => string): string {
  const seen = row.get(name);
  if (seen === undefined) return 'not run';
  if (seen.score.guarantee !== 'held') return 'suspended';
  return `${caught(seen.caught.accounts)}; ${seen.score.benign.k}`;
}

/** Markdown: a row an attack source of a pair; times are those of the hunt at the largest alpha. */
export function describePairs(scores: readonly PairScore[]): string {
  const alphas = [...new Set(scores.map(({ alpha }) => alpha))].sort((a, b) => b - a);
  const others = [...new Set(scores.map(({ detector }) => detector))].filter((name) => name !== HUNT);
  const full = alphas.map((alpha) => nameOf(HUNT, alpha));
  const rows = seenOf(scores);
  // A column that was suspended throughout would only widen the table.
  const brief = others
    .flatMap((detector) => alphas.map((alpha) => nameOf(detector, alpha)))
    .filter((name) => [...rows.values()].some((row) => row.get(name)?.score.guarantee === 'held'));
  const cells = [...rows].map(([key, row]) => {
    const caught = row.get(full[0] as string)?.caught;
    return [
      ...key.split('|'),
      caught === undefined ? '' : until(caught.exchanges, 0),
      caught === undefined ? '' : until(caught.days, 1),
      ...full.map((name) => spell(row, name, ofAll)),
      ...brief.map((name) => spell(row, name, ({ k, n }) => percent(k / n))),
    ];
  });
  const heads = ['attack', 'benign mix', 'exchanges p50 / p95', 'days p50 / p95'];
  return markdownTable([...heads, ...full, ...brief], cells);
}
