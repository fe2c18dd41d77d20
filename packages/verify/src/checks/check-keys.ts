import type { Found } from '../check-run.ts';
import { asList, asObject, asText, asTextList, asTime, asWords } from '../fields.ts';
import { refuseRetired } from '../handovers.ts';
import type { Manifest } from '../manifest.ts';
import { type PublicKey, readPublicKey } from '../public-key.ts';
import { requireLogKeys } from '../require-keys.ts';
import type { Checkpoint } from '../signed-note.ts';
import { type Json, readCanonical } from '../strict-json.ts';
import { readPolicy, type Trust } from '../trust.ts';
import { quote, refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';
import type { Leaves } from './check-leaves.ts';
import type { Checkpoints } from './check-tree.ts';

/** Every log key that signed is in the key history and in the policy, had begun and had not ended; the history, the policy and `ledger.opened` can be read. */
export function checkKeys(
  files: BundleFiles,
  manifest: Manifest,
  trust: Trust,
  leaves: Leaves,
  { first, last }: Checkpoints,
  signers: readonly PublicKey[],
): Found<true> {
  const history = asList(readCanonical(files.get('keys.json') as Uint8Array, 'keys.json'), 'keys.json').map(
    readKey,
  );
  const policy = readBundlePolicy(files);
  requireLogKeys(trust, { origin: manifest.origin, signers, size: last.size }, 'The manifest');
  for (const leaf of leaves.byIndex.values())
    for (const signed of [first, last]) if (signed !== undefined) refuseRetired(leaf, signed, 'A checkpoint');
  const used = new Set(
    [...signers, ...last.signers, ...(first?.signers ?? [])].filter((key) => trust.logs.includes(key)),
  );
  for (const key of used) {
    const item = history.find((each) => each.vkey === key.vkey);
    if (item === undefined)
      return refuse(`keys.json leaves out the key ${key.idHex} of ${quote(key.name)}, which signed.`);
    const signedLast = signers.includes(key) || last.signers.includes(key);
    if (signedLast && !policy.logs.some((each) => each.vkey === key.vkey))
      refuse(`tlog-policy leaves out the log key ${key.idHex} of ${quote(key.name)}, which signed.`);
    const began = Date.parse(item.from);
    for (const checkpoint of [first, last])
      if (checkpoint?.signers.includes(key) && began >= ((checkpoint.timeSeconds ?? Infinity) + 1) * 1000)
        refuse(
          `The key ${key.idHex} of ${quote(key.name)} is said to be in use from ${item.from}, after it signed.`,
        );
    if (item.from > manifest.createdAt)
      refuse(`The key ${key.idHex} of ${quote(key.name)} began after the bundle was signed.`);
    // One that only signed the first checkpoint may have ended since.
    const needed = signers.includes(key) ? manifest.createdAt : lastTimeOf(key, [first, last]);
    if (item.until !== null && item.until < needed)
      refuse(`The key ${key.idHex} of ${quote(key.name)} ended before it signed.`);
  }
  const opened = leaves.byIndex.get(0);
  if (opened?.type === 'ledger.opened' && opened.value.origin !== manifest.origin)
    refuse('The ledger was opened under another name.');
  if (opened?.type === 'ledger.opened') asTextList(opened.value.vkeys, 'vkeys').forEach(readPublicKey);
  return {
    value: true,
    sentence: `The ${used.size} log keys that signed are in the key history and in the trust file.`,
  };
}

/** The time of the last checkpoint that a key signed; RFC 3339. */
function lastTimeOf(key: PublicKey, checkpoints: readonly (Checkpoint | undefined)[]): string {
  const times = checkpoints.map((one) => (one?.signers.includes(key) ? (one.timeSeconds ?? 0) : 0));
  return new Date(Math.max(...times) * 1000).toISOString();
}

function readBundlePolicy(files: BundleFiles): Trust {
  try {
    return readPolicy(files.get('tlog-policy') as Uint8Array);
  } catch (error) {
    return refuse(`tlog-policy can not be read: ${(error as Error).message}`);
  }
}

function readKey(item: Json): { vkey: string; from: string; until: string | null } {
  const object = asObject(item, 'An item of keys.json');
  for (const field of ['algorithm', 'custody', 'name', 'purpose'] as const)
    asWords(object[field], `${field} in keys.json`);
  const from = asTime(object.from, 'from in keys.json');
  const until = object.until === null ? null : asTime(object.until, 'until in keys.json');
  return { vkey: readPublicKey(asText(object.vkey, 'vkey in keys.json')).vkey, from, until };
}
