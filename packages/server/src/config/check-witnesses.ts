import { type NoteVerifier, parseVerifierKey, RecordError, SIGNATURE_TYPE } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { Config, WitnessConfig } from './config.ts';

type Contradiction = { readonly path: readonly (string | number)[]; readonly message: string };

/** What is wrong with the witnesses: keys that are none of a cosigner, one key twice, an address, a quorum that can not be met. */
export function checkWitnesses(config: Pick<Config, 'witnesses' | 'witnessing' | 'ledger'>): Contradiction[] {
  const { witnesses, witnessing } = config;
  const found: Contradiction[] = [];
  const seen = { names: new Set<string>(), urls: new Set<string>(), keys: new Set<string>() };
  for (const [index, witness] of witnesses.entries()) {
    const path = ['witnesses', index];
    const at = `witnesses[${index}]`;
    const add = (message: string): void => void found.push({ path, message: `${at}${message}` });
    if (witness.name === 'none') add('.name: none is a word of the policy; choose another.');
    if (isTaken(seen.names, witness.name)) add(`.name: two witnesses are named ${witness.name}.`);
    if (isTaken(seen.urls, witness.url.replace(/\/+$/, '')))
      add('.url is another witness’s too; ask each one once.');
    const url = URL.canParse(witness.url) ? new URL(witness.url) : undefined;
    if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '')
      add('.url is not an address such as https://witness.example.org.');
    const wrong = checkKeys(witness, config.ledger.origin, seen.keys);
    if (wrong !== undefined) add(`.vkeys: ${wrong}`);
  }
  const { quorum } = witnessing;
  if (witnesses.length > 0 && typeof quorum === 'number' && quorum > witnesses.length) {
    const message = `witnessing.quorum is ${quorum}, and there are ${witnesses.length} witnesses.`;
    found.push({ path: ['witnessing', 'quorum'], message });
  }
  return found;
}

/** @returns a sentence where something is wrong */
function checkKeys({ vkeys }: WitnessConfig, origin: string, seen: Set<string>): string | undefined {
  let verifiers: NoteVerifier[];
  try {
    verifiers = vkeys.map(createVerifier);
  } catch (error) {
    if (error instanceof RecordError) return error.message;
    throw error;
  }
  if (verifiers.some(({ type }) => type === SIGNATURE_TYPE.ed25519))
    return 'a key of type 0x01 is a log’s; a witness cosigns with 0x04 or 0x06.';
  if (new Set(verifiers.map(({ name }) => name)).size > 1)
    return 'the keys have different names; a witness has one.';
  if (new Set(verifiers.map(({ type }) => type)).size < verifiers.length)
    return 'two keys are of one type; give one of each.';
  if (verifiers[0]?.name === origin) return 'the key has this ledger’s name; a log is not its own witness.';
  if (vkeys.map(materialOf).some((material) => isTaken(seen, material)))
    return 'a key stands twice; one witness can not count as two.';
  return undefined;
}

/** The key itself: one key under two names is one witness. */
function materialOf(vkey: string): string {
  return Buffer.from(parseVerifierKey(vkey).publicKey).toString('base64');
}

function isTaken(seen: Set<string>, value: string): boolean {
  const taken = seen.has(value);
  seen.add(value);
  return taken;
}
