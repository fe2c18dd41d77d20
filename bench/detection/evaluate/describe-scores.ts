import { markdownTable } from '../../harness/markdown.ts';
import type { AttackScore, Score, Share, Until } from './score.ts';

/** One detector on one pair at one alpha. */
export type PairScore = {
  readonly detector: string;
  readonly mix: string;
  readonly attack: string;
  readonly fields: string;
  readonly seed: number;
  readonly alpha: number;
  readonly seconds: number;
  readonly calibrationAccounts: number;
  /** Share of prompts that the corpora were too small for, see `TrafficStream`. */
  readonly repeats: { readonly calibration: number; readonly traffic: number };
  readonly score: Score;
};

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
const ofAll = ({ k, n }: Share): string => (n === 0 ? '–' : `${percent(k / n)} (${k}/${n})`);
const interval = (share: Share): string =>
  share.n === 0 ? '–' : `${ofAll(share)} [${percent(share.low)}, ${percent(share.high)}]`;
const figure = (value: number | null, digits: number): string =>
  value === null ? 'never' : value.toFixed(digits);
const until = ({ median, p95 }: Until, digits: number): string =>
  `${figure(median, digits)} / ${figure(p95, digits)}`;

const HEADS = [
  'attack',
  'benign mix',
  'fields',
  'alpha',
  'detector',
  'accounts caught',
  'campaigns',
  'exchanges (median / p95)',
  'days (median / p95)',
  'benign ever flagged [95 %]',
];

function attackRows({ attack, mix, fields, alpha, detector, score }: PairScore): string[][] {
  const note = score.guarantee === 'held' ? '' : ' (suspended)';
  return Object.entries(score.attacks).map(([source, caught]: [string, AttackScore]) => [
    `${attack}: ${source}`,
    mix,
    fields,
    String(alpha),
    detector + note,
    ofAll(caught.accounts),
    ofAll(caught.campaigns),
    until(caught.exchanges, 0),
    until(caught.days, 1),
    interval(score.benign),
  ]);
}

/** A row a name, mix and alpha, a column a detector: the worst over the attacks, as each attack ran beside the same kind of accounts. */
function benignTable(
  scores: readonly PairScore[],
  part: 'benignByUse' | 'benignBySource',
  head: string,
): string {
  const detectors = [...new Set(scores.map(({ detector }) => detector))];
  const rows = new Map<string, Map<string, Share>>();
  for (const { mix, fields, alpha, detector, score } of scores) {
    for (const [name, share] of Object.entries(score[part])) {
      const key = [name, mix, fields, alpha].join('|');
      const row = rows.get(key) ?? new Map<string, Share>();
      const before = row.get(detector);
      if (before === undefined || share.k / share.n > before.k / before.n) row.set(detector, share);
      rows.set(key, row);
    }
  }
  const cells = [...rows].map(([key, row]) => [
    ...key.split('|'),
    ...detectors.map((detector) => interval(row.get(detector) ?? { k: 0, n: 0, low: 0, high: 1 })),
  ]);
  return markdownTable([head, 'benign mix', 'fields', 'alpha', ...detectors], cells);
}

/** Markdown: each pair for itself, then benign accounts by use and by source. Nothing is pooled over pairs. */
export function describeScores(scores: readonly PairScore[]): string {
  return [
    '## Each attack against each benign mix',
    markdownTable(HEADS, scores.flatMap(attackRows)),
    '## Benign accounts ever flagged, by use: worst over the attacks',
    benignTable(scores, 'benignByUse', 'use'),
    '## Benign accounts ever flagged, by source: worst over the attacks',
    benignTable(scores, 'benignBySource', 'source'),
    '',
  ].join('\n\n');
}
