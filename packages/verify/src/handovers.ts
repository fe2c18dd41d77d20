import type { CheckRun, Found } from './check-run.ts';
import { asTextList } from './fields.ts';
import { HANDOVERS_MAX } from './limits.ts';
import { linesOf } from './lines.ts';
import type { Leaf } from './leaf.ts';
import { sameBytes } from './octets.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { openCheckpoint } from './signed-note.ts';
import { readCanonical } from './strict-json.ts';
import { rootFromInclusion } from './tree.ts';
import type { Trust } from './trust.ts';
import { readReceipt } from './read-receipt.ts';
import { quote, refuse } from './verify-error.ts';

/** In a ledger's folder and in a bundle: how the log's keys changed, a receipt of each change a line. */
export const HANDOVERS_PATH = 'handovers.jsonl';

/** One change of a log's keys, by an entry that is the last of a tree which both pairs signed. */
export type Handover = {
  readonly line: string;
  readonly leaf: Leaf;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly retired: readonly PublicKey[];
  readonly begun: readonly PublicKey[];
};

/** A pair of log keys and the sizes of the checkpoints it may sign, both included. */
export type KeyTerm = {
  readonly keys: readonly PublicKey[];
  readonly from: number;
  readonly until: number;
  /** Of before the pair that the trust file names: believed only where a tree that a later pair signed leads to what it signed. */
  readonly anchoredOnly: boolean;
};

/** How a log's keys changed, as far as a trust file's keys lead. */
export type History = {
  readonly origin: string;
  readonly terms: readonly KeyTerm[];
  readonly handovers: readonly Handover[];
};

/**
 * Follows the changes of keys from those of the trust file. What the evidence brings along must be the beginning of what was given apart, or the other way round.
 * @param inside the file in the evidence
 * @param given one that came another way
 * @returns the trust with every key that was handed over; the same where there is no file, or where it failed
 */
export function judgeHandovers(
  run: CheckRun,
  trust: Trust,
  inside: Uint8Array | undefined,
  given?: Uint8Array,
): Trust {
  if (inside === undefined && given === undefined) return trust;
  return run.judge('handovers', () => followHandovers(trust, inside, given)) ?? trust;
}

/** @see judgeHandovers */
export function followHandovers(
  trust: Trust,
  inside: Uint8Array | undefined,
  given: Uint8Array | undefined,
): Found<Trust> {
  const [one, other] = [readHandovers(inside), readHandovers(given)];
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  for (const [i, { line, leaf }] of shorter.entries())
    if (line !== longer[i]?.line)
      refuse(`Two histories of keys were given; they differ at entry ${leaf.index}.`);
  const first = longer[0];
  if (first === undefined) return { value: trust, sentence: 'The keys were never changed.' };
  const history = anchorHistory(longer, trust);
  const logs = [...new Set([...trust.logs, ...history.terms.flatMap(({ keys }) => keys)])];
  const newest = longer.at(-1) as Handover;
  const ids = newest.begun.map(({ idHex }) => idHex).join(' and ');
  return {
    value: { ...trust, logs, history },
    sentence: `The keys of ${first.origin} were changed ${longer.length === 1 ? 'once' : `${longer.length} times`}, each time signed by those that ended and those that began; from ${newest.size} entries on they are ${ids}.`,
  };
}

/** Reads the file; each line is judged for itself and against the one before. */
function readHandovers(bytes: Uint8Array | undefined): Handover[] {
  if (bytes === undefined) return [];
  const handovers: Handover[] = [];
  for (const line of linesOf(bytes, HANDOVERS_PATH)) {
    if (handovers.length >= HANDOVERS_MAX) refuse(`${HANDOVERS_PATH} has more than ${HANDOVERS_MAX} lines.`);
    const next = readHandover(line);
    const before = handovers.at(-1);
    if (
      before !== undefined &&
      (before.origin !== next.origin || before.size >= next.size || !sameKeys(before.begun, next.retired))
    )
      refuse(`The change of keys at entry ${next.leaf.index} does not follow from the one before.`);
    handovers.push(next);
  }
  return handovers;
}

function readHandover(line: Uint8Array): Handover {
  readCanonical(line, `A line of ${HANDOVERS_PATH}`);
  const { leaf, proof } = readReceipt(line);
  const what = `The handover at entry ${leaf.index}`;
  if (leaf.type !== 'ledger.keys_rotated') return refuse(`${what} is of a ${quote(leaf.type)} entry.`);
  const retired = readPair(leaf.value.retired, `${what}, retired`);
  const begun = readPair(leaf.value.vkeys, `${what}, vkeys`);
  const keys = [...retired, ...begun];
  const checkpoint = openCheckpoint(
    Buffer.from(proof.checkpoint),
    keys,
    `The checkpoint of the handover at entry ${leaf.index}`,
  );
  for (const key of keys) {
    if (key.name !== checkpoint.origin) refuse(`${what} names a key of ${quote(key.name)}.`);
    if (!checkpoint.signers.includes(key))
      refuse(
        `${what} is not signed by the key ${key.idHex}, which it ${retired.includes(key) ? 'ends' : 'begins'}.`,
      );
  }
  if (leaf.index + 1 !== checkpoint.size) refuse(`${what} is not the last of its tree.`);
  if (!sameBytes(rootFromInclusion(leaf.index, checkpoint.size, leaf.node, proof.hashes), checkpoint.root))
    refuse(`${what}: its proof leads to another root than the one that was signed.`);
  const { origin, size, root } = checkpoint;
  return { line: Buffer.from(line).toString(), leaf, origin, size, root, retired, begun };
}

/** One key of each type, none twice. */
function readPair(value: Parameters<typeof asTextList>[0], what: string): PublicKey[] {
  const keys = asTextList(value, what).map(readPublicKey);
  if (
    keys
      .map(({ type }) => type)
      .sort()
      .join() !== '1,6'
  )
    refuse(`${what} is not one Ed25519 and one ML-DSA-44 key.`);
  return keys;
}

function sameKeys(a: readonly PublicKey[], b: readonly PublicKey[]): boolean {
  const texts = (keys: readonly PublicKey[]) =>
    keys
      .map(({ vkey }) => vkey)
      .sort()
      .join();
  return texts(a) === texts(b);
}

/** Who may sign what, from the earliest pair that the trust file names. */
function anchorHistory(handovers: readonly Handover[], trust: Trust): History {
  const { origin, retired } = handovers[0] as Handover;
  const trusted = trust.logs.filter((key) => key.name === origin);
  // Keys of the trust file stay the same objects: the rest of the verifier asks by identity.
  const known = (key: PublicKey): PublicKey => trusted.find(({ vkey }) => vkey === key.vkey) ?? key;
  const pairs = [retired, ...handovers.map(({ begun }) => begun)].map((keys) => keys.map(known));
  const types = [...new Set(trusted.map(({ type }) => type))];
  const anchor = pairs.findIndex(
    (keys) =>
      types.length > 0 &&
      types.every((type) => keys.some((key) => key.type === type && trusted.includes(key))),
  );
  if (anchor < 0)
    refuse(`${HANDOVERS_PATH} does not lead to or from a key of the trust file for ${quote(origin)}.`);
  const terms = pairs.map((keys, i) => ({
    keys,
    from: handovers[i - 1]?.size ?? 0,
    until: handovers[i]?.size ?? Number.MAX_SAFE_INTEGER,
    anchoredOnly: i < anchor,
  }));
  return { origin, terms, handovers };
}

/** Refuses where a `ledger.keys_rotated` entry ended a key that has signed for more entries than up to it. */
export function refuseRetired(
  leaf: Leaf,
  { size, signers }: { readonly size: number; readonly signers: readonly PublicKey[] },
  what: string,
): void {
  if (leaf.type !== 'ledger.keys_rotated' || size <= leaf.index + 1) return;
  const retired = asTextList(leaf.value.retired, `retired of entry ${leaf.index}`);
  const key = signers.find(({ vkey }) => retired.includes(vkey));
  if (key !== undefined)
    refuse(
      `${what} of ${size} entries is signed by the key ${key.idHex} of ${quote(key.name)}, which entry ${leaf.index} ended: an old key is used again.`,
    );
}
