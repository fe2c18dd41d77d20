import { lowerBound } from '../calibration/conformal.ts';
import { measures } from './account-measures.ts';
import { describeNeighbours } from './describe-neighbours.ts';
import type { HuntSignal } from './hunt-report.ts';
import type { WatchedAccount } from './watched-account.ts';

// From counts to sentences that a reviewer can check by reading the account's exchanges. A signal is named when the account stands out in
// it against the benign ones; what points the other way is said too. None of it is about a language, a country or a topic.

/** Beyond this share of benign accounts an account stands out. */
const STANDS_OUT = 0.9;
/** When so many go beyond it, that speaks against a finding. */
const SPEAKS_AGAINST = 0.4;
const TIE = 1e-9;

/** What benign accounts usually show, for comparison; made once a report. */
export type Usual = ReadonlyMap<string, Float64Array>;

export function usualOf(benign: Iterable<WatchedAccount>): Usual {
  const states = [...benign].map(({ state }) => state).filter((state) => state.exchanges > 0);
  const known = (values: (number | undefined)[]): number[] => values.filter((value) => value !== undefined);
  return new Map(
    measures.map(({ name, value }) => [name, Float64Array.from(known(states.map(value))).sort()]),
  );
}

/** Signals that stand out, the clearest first, and what speaks against; what would have cleared any account is {@link CLEARED}. */
export function describeAccount(
  { state, signals }: WatchedAccount,
  usual: Usual,
): { signals: HuntSignal[]; against: string[] } {
  const standing = measures.flatMap((measure) => {
    const benign = usual.get(measure.name) as Float64Array;
    const value = measure.value(state);
    if (benign.length === 0 || value === undefined) return [];
    const less = rank(benign, value);
    const more = 1 - rank(benign, value + TIE);
    const [beyond, before] = measure.points === 'high' ? [less, more] : [more, less];
    // Shares of benign accounts that it goes beyond, and that go beyond it; those that tie with it are in neither.
    return { measure, value, benign, beyond, before };
  });
  const said = standing
    .filter(({ beyond }) => beyond >= STANDS_OUT)
    .sort((a, b) => b.beyond - a.beyond)
    .map(({ measure, value, benign }) => ({
      name: measure.name,
      value: Number(value.toPrecision(6)),
      sentence: measure.sentence(state, measure.spell(benign[benign.length >> 1] ?? 0)),
    }));
  const against = standing
    .filter(
      ({ measure: { againstMin, againstMax }, value, before }) =>
        before >= SPEAKS_AGAINST && value >= (againstMin ?? value) && value <= (againstMax ?? value),
    )
    .sort((a, b) => b.before - a.before)
    .slice(0, 3)
    .map(({ measure }) => measure.against(state));
  const linked = signals === undefined ? { signals: [], against: [] } : describeNeighbours(state, signals);
  // What it did itself comes before whom it resembles, as the ledger has room for six.
  return { signals: [...said, ...linked.signals], against: [...linked.against, ...against] };
}

/** Share of the benign values below this one. */
function rank(ascending: Float64Array, value: number): number {
  return lowerBound(ascending, value) / ascending.length;
}

export const CLEARED =
  'It would have been cleared by prompts of its own interest, going on with answers, or a pace and a content unlike those of other accounts.';
