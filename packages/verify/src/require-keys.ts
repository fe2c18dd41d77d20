import type { KeyTerm } from './handovers.ts';
import type { PublicKey } from './public-key.ts';
import type { Trust } from './trust.ts';
import { quote, refuse } from './verify-error.ts';

export type Signed = {
  /** Names the log. */
  readonly origin: string;
  readonly signers: readonly PublicKey[];
  /** Of the checkpoint; undefined for what has none, which any pair may sign. */
  readonly size?: number;
  /** A tree that later keys signed leads to what was signed. */
  readonly anchored?: boolean;
};

/**
 * Demands that the trusted log of `origin` signed with every type of key that is trusted for it. Where its keys were changed, that is one whole pair,
 * whose time covers the size.
 */
export function requireLogKeys(trust: Trust, signed: Signed, what: string): void {
  const { origin, signers } = signed;
  if (trust.history?.origin !== origin) {
    const keys = trust.logs.filter((key) => key.name === origin);
    if (keys.length === 0) refuse(`The trust file has no log named ${quote(origin)}.`);
    return requireEveryType(keys, signers, what);
  }
  const pairs = trust.history.terms.filter((term) => term.keys.every((key) => signers.includes(key)));
  if (pairs.some((term) => isInForce(term, signed))) return;
  const [pair] = pairs;
  if (pair === undefined)
    return requireEveryType((trust.history.terms.at(-1) as KeyTerm).keys, signers, what);
  const { from, until, anchoredOnly } = pair;
  const ids = pair.keys.map(({ idHex }) => idHex).join(' and ');
  if (anchoredOnly)
    refuse(
      `${what} is signed by the keys ${ids}, which ended at ${until} entries, before those of the trust file; judge it with a trust file that has them.`,
    );
  refuse(
    `${what}, of ${signed.size} entries, is signed by the keys ${ids}, which sign from ${from} entries${until < Number.MAX_SAFE_INTEGER ? ` to ${until}` : ' on'}.`,
  );
}

/** Whether keys signed that ended before those of the trust file began, so that only a later tree can vouch for it. */
export function needsAnchor(trust: Trust, signed: Signed): boolean {
  if (trust.history?.origin !== signed.origin) return false;
  const pairs = trust.history.terms.filter((term) => term.keys.every((key) => signed.signers.includes(key)));
  return pairs.some((term) => term.anchoredOnly) && !pairs.some((term) => isInForce(term, signed));
}

function isInForce({ from, until, anchoredOnly }: KeyTerm, { size, anchored }: Signed): boolean {
  return (!anchoredOnly || anchored === true) && (size === undefined || (from <= size && size <= until));
}

/** Refuses where a type of key that is trusted is not among the signers. */
function requireEveryType(keys: readonly PublicKey[], signers: readonly PublicKey[], what: string): void {
  for (const { type } of keys) {
    if (!signers.some((signer) => signer.type === type && keys.includes(signer)))
      refuse(`No trusted ${type === 6 ? 'ML-DSA-44' : 'Ed25519'} log key signed ${what}.`);
  }
}
