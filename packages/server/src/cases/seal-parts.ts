import { base64, commit, deriveSalt, SALT_BYTES, sha256 } from '@portcullis/record';
import type { EntryType } from '@portcullis/record';
import type { SealedContent } from '../ledger/appender.ts';
import { sealContent } from '../vault/sealed-content.ts';
import type { CaseContext } from './case-ports.ts';

/**
 * Commits to what an entry does not say itself and seals it under the account's data key, so that erasing the account erases it too.
 * @param parts by field; one named `…_sha256` is committed to by its digest and kept under the name before that
 */
export function sealParts(
  context: Pick<CaseContext, 'random' | 'directory'>,
  account: string,
  type: EntryType,
  id: string,
  parts: Readonly<Record<string, Uint8Array>>,
): { commitments: Record<string, string>; content: SealedContent } {
  const seed = context.random(SALT_BYTES);
  const commitments: Record<string, string> = {};
  const kept: Record<string, Uint8Array> = {};
  for (const [field, bytes] of Object.entries(parts)) {
    const isDigest = field.endsWith('_sha256');
    const value = isDigest ? sha256(bytes) : bytes;
    commitments[field] = base64(commit(`${type}/${field}`, deriveSalt(seed, field), value));
    kept[isDigest ? field.slice(0, -'_sha256'.length) : field] = bytes;
  }
  const vaultKey = context.directory.vaultKey(account);
  return { commitments, content: sealContent(vaultKey, `${type}/${id}`, { seed, parts: kept }) };
}
