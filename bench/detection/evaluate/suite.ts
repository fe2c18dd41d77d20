import { readdirSync } from 'node:fs';
import type { AttackGroup, BenignGroup, ScenarioParams } from '../scenario/scenario-params.ts';

/** Every attack against every benign mix. */
export type Suite = {
  readonly name: string;
  readonly seeds: readonly number[];
  readonly days: number;
  readonly startSpreadDays: number;
  readonly fields: readonly ('full' | 'bare')[];
  readonly alphas: readonly number[];
  readonly calibration: readonly BenignGroup[];
  readonly mixes: Readonly<
    Record<
      string,
      {
        /** `true`: no source of the mix is calibrated on; groups that are left without a source go. */
        readonly unseen: boolean;
        readonly groups: readonly BenignGroup[];
      }
    >
  >;
  readonly attacks: Readonly<Record<string, readonly AttackGroup[]>>;
};

export type Pair = {
  readonly mix: string;
  readonly attack: string;
  readonly params: ScenarioParams;
  /** Attack sources that the pair does not score on. */
  readonly trainOn: readonly string[];
};

/** The pairs whose names contain `mix` and `attack`. */
export function pairsOf(suite: Suite, corpora: string, only: { mix?: string; attack?: string } = {}): Pair[] {
  const attackSources = readdirSync(corpora)
    .filter((file) => file.startsWith('attack_') && file.endsWith('.jsonl.gz'))
    .map((file) => file.slice(0, -'.jsonl.gz'.length));
  const pairs: Pair[] = [];
  for (const [mix, { unseen, groups }] of Object.entries(suite.mixes)) {
    if (!mix.includes(only.mix ?? '')) continue;
    const calibration = unseen ? leaveOut(suite.calibration, groups) : suite.calibration;
    for (const [attack, attacks] of Object.entries(suite.attacks)) {
      if (!attack.includes(only.attack ?? '')) continue;
      const scored = new Set(attacks.flatMap(({ sources }) => sources));
      const trainOn = attackSources.filter((source) => !scored.has(source));
      for (const fields of suite.fields) {
        for (const seed of suite.seeds) {
          const name = `${attack} × ${mix}, ${fields}, seed ${seed}`;
          const { days, startSpreadDays } = suite;
          const params = { name, seed, days, startSpreadDays, fields, calibration, benign: groups, attacks };
          pairs.push({ mix, attack, params, trainOn });
        }
      }
    }
  }
  return pairs;
}

function leaveOut(calibration: readonly BenignGroup[], mix: readonly BenignGroup[]): BenignGroup[] {
  const scored = new Set(mix.flatMap(({ sources }) => sources));
  return calibration
    .map((group) => ({ ...group, sources: group.sources.filter((source) => !scored.has(source)) }))
    .filter(({ sources }) => sources.length > 0);
}
