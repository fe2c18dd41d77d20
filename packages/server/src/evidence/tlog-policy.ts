import { parseVerifierKey, SIGNATURE_TYPE } from '@portcullis/record';
import type { WitnessConfig, WitnessingConfig } from '../config/config.ts';
import { leastOf } from '../witness/quorum.ts';

const KIND_OF_TYPE: Readonly<Record<number, string>> = {
  [SIGNATURE_TYPE.ed25519Cosignature]: 'ed25519',
  [SIGNATURE_TYPE.mlDsa44Cosignature]: 'ml-dsa-44',
};

/** Who is asked to cosign, and how many make a checkpoint a witnessed one: of `Config`, what a policy needs. */
export type WitnessPolicy = {
  readonly witnesses: readonly WitnessConfig[];
  readonly witnessing: Pick<WitnessingConfig, 'quorum'>;
};

/**
 * The policy text (c2sp.org/tlog-policy) that an outsider gives to `--trust`: both keys of the log, the configured witnesses and the
 * operator's quorum. A witness with two keys is a group that wants both. Where none is configured, it asks for none.
 * @param vkeys the ledger's verifier keys
 */
export function writeTlogPolicy(
  vkeys: readonly string[],
  { witnesses, witnessing }: WitnessPolicy = { witnesses: [], witnessing: { quorum: 'all' } },
): string {
  const lines = vkeys.map((vkey) => `log ${vkey}`);
  for (const { name, url, vkeys: keys } of witnesses) {
    if (keys.length === 1) {
      lines.push(`witness ${name} ${keys[0]} ${url}`);
      continue;
    }
    // The configured names have no slash, so these are no one else's.
    const members = keys.map((vkey) => ({ vkey, member: `${name}/${kindOf(vkey)}` }));
    for (const { vkey, member } of members) lines.push(`witness ${member} ${vkey} ${url}`);
    lines.push(`group ${name} all ${members.map(({ member }) => member).join(' ')}`);
  }
  return `${[...lines, ...quorumLines(witnesses, witnessing.quorum)].join('\n')}\n`;
}

function kindOf(vkey: string): string {
  return KIND_OF_TYPE[parseVerifierKey(vkey).type] ?? 'other';
}

function quorumLines(witnesses: readonly WitnessConfig[], quorum: WitnessingConfig['quorum']): string[] {
  const [first, ...more] = witnesses;
  if (first === undefined) return ['quorum none'];
  if (more.length === 0) return [`quorum ${first.name}`];
  const names = witnesses.map(({ name }) => name).join(' ');
  return [`group witnesses/quorum ${leastOf(quorum, witnesses.length)} ${names}`, 'quorum witnesses/quorum'];
}
