import { createHmac } from 'node:crypto';
import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import { uniformBelow } from '../samplers/uniform.ts';
import { requireCount } from './require.ts';

// One unit with a thousand records must not move an answer by a thousand. What is kept of a unit may depend on its own records alone: a
// choice that looks at the others lets one unit decide about another's.

/** Whose record it is. Records of one unit are protected together. */
export type Contribution = Readonly<{ unit: string }>;

/**
 * How a unit's records are chosen where it has more than count. `random`: uniformly, from the bits of the release. A secret: those with the
 * least HMAC-SHA-256 under it, so that the same data gives the same choice again; whoever knows the secret knows the choice.
 */
export type Choosing = 'random' | Readonly<{ secret: Uint8Array }>;

/** Below it a secret can be tried out. */
const SECRET_BYTES_MIN = 16;

/** Records by unit, in the order they came in. @throws PrivacyError `bad_parameter` where a record has no unit */
export function groupByUnit<R extends Contribution>(records: Iterable<R>): ReadonlyMap<string, readonly R[]> {
  const groups = new Map<string, R[]>();
  for (const record of records) {
    if (typeof record.unit !== 'string' || record.unit === '') {
      throw new PrivacyError(
        'bad_parameter',
        'A record has no unit. Each must name whose it is, or nothing bounds them.',
      );
    }
    const group = groups.get(record.unit);
    if (group === undefined) groups.set(record.unit, [record]);
    else group.push(record);
  }
  return groups;
}

/**
 * At most `most` of one unit's items, each as likely as another.
 * @param identify what an item is besides its place, for a choice by secret
 * @throws PrivacyError `out_of_range`, `bad_parameter`
 */
export function chooseItems<T>(
  items: readonly T[],
  most: number,
  choosing: Choosing,
  identify: (item: T) => string,
  source: BitSource,
): readonly T[] {
  requireCount(most, 'How much of a unit counts');
  if (items.length <= most) return items;
  return choosing === 'random'
    ? drawItems(items, most, source)
    : leastHashes(items, most, choosing.secret, identify);
}

/** The head of a Fisher–Yates shuffle. */
function drawItems<T>(items: readonly T[], most: number, source: BitSource): T[] {
  const left = [...items];
  for (let index = 0; index < most; index += 1) {
    const other = index + Number(uniformBelow(BigInt(left.length - index), source));
    [left[index], left[other]] = [left[other] as T, left[index] as T];
  }
  return left.slice(0, most);
}

/** Equal items are told apart by their number among equals, so that their order does not matter. */
function leastHashes<T>(
  items: readonly T[],
  most: number,
  secret: Uint8Array,
  identify: (item: T) => string,
): T[] {
  if (secret.length < SECRET_BYTES_MIN) {
    throw new PrivacyError(
      'bad_parameter',
      `A secret for choosing records has at least ${SECRET_BYTES_MIN} bytes.`,
    );
  }
  const seen = new Map<string, number>();
  const hashed = items.map((item) => {
    const name = identify(item);
    const repeat = seen.get(name) ?? 0;
    seen.set(name, repeat + 1);
    const digest = createHmac('sha256', secret)
      .update(JSON.stringify([name, repeat]))
      .digest('hex');
    return { item, digest };
  });
  hashed.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  return hashed.slice(0, most).map(({ item }) => item);
}
