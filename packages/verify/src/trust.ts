import type { History } from './handovers.ts';
import { TRUST_BYTES_MAX, TRUST_LINES_MAX } from './limits.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { quote, refuse, VerifyError } from './verify-error.ts';

/** What a stranger trusts, from a c2sp.org/tlog-policy file. */
export type Trust = {
  /** Keys of the trust file and those that they handed over to. */
  readonly logs: readonly PublicKey[];
  readonly witnesses: readonly PublicKey[];
  /** Whether these signers are a quorum; `none` where the policy asks for no witness. */
  readonly quorum: 'none' | ((signers: readonly PublicKey[]) => boolean);
  /** How the keys of one log changed; missing where that is not known. */
  readonly history?: History;
};

type Rule = (signers: readonly PublicKey[]) => boolean;
type Draft = {
  logs: PublicKey[];
  witnesses: PublicKey[];
  rules: Map<string, Rule>;
  members: Set<string>;
  quorum?: string;
};

/** Reads a policy that came another way than with what it judges. @throws VerifyError `bad-trust` */
export function readTrust(bytes: Uint8Array): Trust {
  try {
    return readPolicy(bytes);
  } catch (error) {
    if (error instanceof VerifyError && error.code === 'refused')
      throw new VerifyError('bad-trust', `The trust file is not a tlog-policy: ${error.message}`);
    throw error;
  }
}

/** Reads the text of a policy; what is wrong is refused with the line. */
export function readPolicy(bytes: Uint8Array): Trust {
  if (bytes.length > TRUST_BYTES_MAX) refuse(`It is larger than ${TRUST_BYTES_MAX} bytes.`);
  // Names are opaque octets (tlog-policy, "Character set"); keys are compared as they are in notes, which are UTF-8.
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  if (lines.length > TRUST_LINES_MAX) refuse(`It has more than ${TRUST_LINES_MAX} lines.`);
  const draft: Draft = { logs: [], witnesses: [], rules: new Map(), members: new Set() };
  for (const [i, line] of lines.entries()) {
    if (/[\0-\x08\x0b-\x1f\x7f]/.test(line)) refuse(`Line ${i + 1} has a control character.`);
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]?.startsWith('#')) continue;
    try {
      readLine(draft, words);
    } catch (error) {
      refuse(`Line ${i + 1}: ${(error as Error).message}`);
    }
  }
  if (bytes.length === 0)
    return refuse(
      'It is empty: it has no quorum line and no key. Write into it what “portcullis ledger vkeys” prints.',
    );
  if (draft.quorum === undefined)
    return refuse('It has no quorum line; write “quorum none” where no witness is asked for.');
  const quorum = draft.quorum === 'none' ? 'none' : (draft.rules.get(draft.quorum) as Rule);
  return { logs: draft.logs, witnesses: draft.witnesses, quorum };
}

function readLine(draft: Draft, [keyword, ...words]: readonly string[]): void {
  switch (keyword) {
    case 'log':
      return readLog(draft, words);
    case 'witness':
      return readWitness(draft, words);
    case 'group':
      return readGroup(draft, words);
    case 'quorum':
      return readQuorum(draft, words);
    default:
      refuse(`${quote(keyword ?? '')} is not a line of a policy; those are log, witness, group and quorum.`);
  }
}

function readLog(draft: Draft, words: readonly string[]): void {
  if (words.length < 1 || words.length > 2) refuse('a log line is “log <vkey> [<url>]”.');
  const key = readPublicKey(words[0] as string);
  if (key.type === 4) refuse('a log signs with type 0x01 or 0x06.');
  refuseKnown(draft, key);
  draft.logs.push(key);
}

function readWitness(draft: Draft, words: readonly string[]): void {
  if (words.length < 2 || words.length > 3) refuse('a witness line is “witness <name> <vkey> [<url>]”.');
  const key = readPublicKey(words[1] as string);
  if (key.type === 1) refuse('a witness cosigns with type 0x04 or 0x06.');
  refuseKnown(draft, key);
  draft.witnesses.push(key);
  addRule(draft, words[0] as string, (signers) => signers.includes(key));
}

/** No key may stand twice, under whatever name or type; a log is not its own witness either. */
function refuseKnown(draft: Draft, key: PublicKey): void {
  const same = (other: PublicKey) => Buffer.compare(other.material, key.material) === 0;
  if ([...draft.logs, ...draft.witnesses].some(same)) refuse(`the key of ${quote(key.name)} stands twice.`);
}

function readGroup(draft: Draft, [name, threshold, ...members]: readonly string[]): void {
  if (name === undefined || threshold === undefined || members.length === 0)
    return refuse('a group line is “group <name> <k|any|all> <member>…”.');
  const least = threshold === 'all' ? members.length : threshold === 'any' ? 1 : Number(threshold);
  if (!/^(all|any|[1-9][0-9]{0,3})$/.test(threshold) || least > members.length)
    refuse(`${quote(threshold)} is no threshold for ${members.length} members.`);
  const rules = members.map((member) => {
    if (draft.members.has(member)) refuse(`${quote(member)} is a member twice.`);
    draft.members.add(member);
    return draft.rules.get(member) ?? refuse(`${quote(member)} is not defined before.`);
  });
  addRule(draft, name, (signers) => rules.filter((rule) => rule(signers)).length >= least);
}

function addRule(draft: Draft, name: string, rule: Rule): void {
  if (name === 'none' || draft.rules.has(name)) refuse(`the name ${quote(name)} is taken.`);
  draft.rules.set(name, rule);
}

function readQuorum(draft: Draft, words: readonly string[]): void {
  if (words.length !== 1) refuse('a quorum line is “quorum <name>”.');
  if (draft.quorum !== undefined) refuse('there are two quorum lines.');
  const name = words[0] as string;
  if (name !== 'none' && !draft.rules.has(name)) refuse(`${quote(name)} is not defined before.`);
  draft.quorum = name;
}
