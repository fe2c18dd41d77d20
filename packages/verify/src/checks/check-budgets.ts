import type { Found } from '../check-run.ts';
import { asObject, asText, asTextList } from '../fields.ts';
import type { Leaf } from '../leaf.ts';
import { digest } from '../octets.ts';
import type { Json } from '../strict-json.ts';
import { quote, refuse } from '../verify-error.ts';

/** A fraction of whole numbers. */
type Fraction = readonly [numerator: bigint, denominator: bigint];
type Loss = { readonly epsilon: Fraction; readonly delta: Fraction };
type Reserved = { readonly loss: Loss; spentAt: number | undefined };

/** Follows the ledger's privacy budgets, entry by entry. What it finds wrong, `finish` says. */
export type BudgetCheck = {
  /** Entries about budgets. */
  readonly count: number;
  add(leaf: Leaf): void;
  finish(): Found<true>;
};

/**
 * No window of data lost more than the limit that each reservation states; every release was reserved before, once, for the same loss, and
 * has the digest that stands beside it.
 */
export function createBudgetCheck(): BudgetCheck {
  const reservations = new Map<string, Reserved>();
  /** By unit and window. */
  const lost = new Map<string, Loss>();
  let count = 0;
  let releases = 0;
  let failure: Error | undefined;
  const reserve = ({ value, index }: Leaf): void => {
    const name = asText(value.reservation, 'reservation');
    if (reservations.has(name)) refuse(`Entry ${index} reserves ${quote(name)} a second time.`);
    const loss = lossOf(value, index);
    const limit = lossOf(value.limit, index);
    reservations.set(name, { loss, spentAt: undefined });
    for (const window of new Set(asTextList(value.windows, `windows of entry ${index}`))) {
      const key = `${asText(value.unit, 'unit')} ${window}`;
      const sum = addLoss(lost.get(key), loss);
      lost.set(key, sum);
      if (isAbove(sum.epsilon, limit.epsilon) || isAbove(sum.delta, limit.delta))
        refuse(
          `Entry ${index} takes more from the budget of ${quote(window)} than the limit that it states.`,
        );
    }
  };
  const spend = ({ value, index }: Leaf): void => {
    const name = asText(value.reservation, 'reservation');
    const reserved =
      reservations.get(name) ?? refuse(`Entry ${index} spends ${quote(name)}, which nobody reserved.`);
    if (reserved.spentAt !== undefined)
      refuse(`Entry ${index} spends ${quote(name)}, as entry ${reserved.spentAt} did before.`);
    reserved.spentAt = index;
    const { epsilon, delta } = lossOf(value, index);
    if (!isSame(epsilon, reserved.loss.epsilon) || !isSame(delta, reserved.loss.delta))
      refuse(`Entry ${index} spends another loss than was reserved.`);
    if (value.release === null && value.release_sha256 === null) return;
    if (digest(asText(value.release, 'release')).toString('hex') !== value.release_sha256)
      refuse(`The release in entry ${index} has another digest than the one beside it.`);
    releases += 1;
  };
  return {
    get count() {
      return count;
    },
    add(leaf) {
      if (!leaf.type.startsWith('budget.')) return;
      count += 1;
      if (failure !== undefined) return;
      try {
        if (leaf.type === 'budget.reserved') reserve(leaf);
        if (leaf.type === 'budget.spent') spend(leaf);
      } catch (error) {
        failure = error as Error;
      }
    },
    finish() {
      if (failure !== undefined) throw failure;
      return {
        value: true,
        sentence: `${reservations.size} reservations of privacy budgets keep within the limits that they state; ${releases} have a release, and it is the one that was paid for.`,
      };
    },
  };
}

function lossOf(value: Json | undefined, index: number): Loss {
  const { epsilon, delta } = asObject(value, `The loss in entry ${index}`);
  return { epsilon: fractionOf(epsilon, index), delta: fractionOf(delta, index) };
}

function fractionOf(value: Json | undefined, index: number): Fraction {
  const [, numerator, denominator = '1'] =
    /^(\d{1,80})(?:\/([1-9]\d{0,79}))?$/.exec(asText(value, `A loss in entry ${index}`)) ?? [];
  if (numerator === undefined) return refuse(`Entry ${index} has a loss that is no fraction.`);
  return [BigInt(numerator), BigInt(denominator)];
}

function addLoss(a: Loss | undefined, b: Loss): Loss {
  if (a === undefined) return b;
  return { epsilon: add(a.epsilon, b.epsilon), delta: add(a.delta, b.delta) };
}

const add = ([n, d]: Fraction, [m, e]: Fraction): Fraction => [n * e + m * d, d * e];
const isAbove = ([n, d]: Fraction, [m, e]: Fraction): boolean => n * e > m * d;
const isSame = ([n, d]: Fraction, [m, e]: Fraction): boolean => n * e === m * d;
