import { PrivacyError } from '../privacy-error.ts';
import { chanceLowerBound, chanceUpperBound } from './binomial.ts';
import { chooseEvent } from './distinguishing-event.ts';

export type NeighboursUnderAudit = Readonly<{
  /** Releases on one data set, anew each time, and on a neighbouring one. An outcome is what its text says; order it by number if it is one. */
  first: () => unknown;
  second: () => unknown;
}>;

export type NeighbourAuditOptions = Readonly<{
  /** Of the claim that is looked at; 0 unless set. */
  delta?: number;
  /** Releases of each. Half of them choose an event, the others count it. 50,000 unless set. */
  trials?: number;
  /** How often the bound may be above the true loss: 10⁻⁶ unless set. */
  significance?: number;
}>;

export type NeighbourAudit = Readonly<{
  /** The loss is at least this, at that significance. 0 says nothing. */
  epsilonLower: number;
  /** What told the two apart, for readers. */
  event: string;
}>;

/**
 * A lower bound on the loss of a mechanism, from outside: how often one event happens under each of two neighbouring inputs. The event is
 * chosen on draws that are not counted, so that choosing it does not make it likely (Ding and others 2018; bounds by Clopper and Pearson).
 * @throws PrivacyError `out_of_range`
 */
export function auditNeighbours(
  { first, second }: NeighboursUnderAudit,
  { delta = 0, trials = 50_000, significance = 1e-6 }: NeighbourAuditOptions = {},
): NeighbourAudit {
  if (!(delta >= 0 && delta < 1 && significance > 0 && significance < 1 && trials >= 100)) {
    throw new PrivacyError(
      'out_of_range',
      'An audit takes 100 trials or more, a delta in 0 … 1 and a significance between 0 and 1.',
    );
  }
  const half = Math.floor(trials / 2);
  const draw = (release: () => unknown): unknown[] => Array.from({ length: half }, release);
  const { name, underFirst, holds } = chooseEvent({ first: draw(first), second: draw(second) }, delta);
  const count = (release: () => unknown): number => {
    let held = 0;
    for (let trial = 0; trial < half; trial++) if (holds(release())) held++;
    return held;
  };
  const [more, less] = underFirst ? [count(first), count(second)] : [count(second), count(first)];
  const low = chanceLowerBound(more, half, significance / 2) - delta;
  const high = chanceUpperBound(less, half, significance / 2);
  return Object.freeze({ epsilonLower: low > high ? Math.log(low / high) : 0, event: name });
}
