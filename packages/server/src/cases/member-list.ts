import { sha256, utf8 } from '@portcullis/record';

/** Account ids in one entry: the schema's bound, and room in the entry's 8 KiB for the rest of it. */
const PART_ACCOUNTS_MAX = 128;
const PART_BYTES_MAX = 6000;

/** SHA-256, in hex, of the sorted ids joined by newline. */
export function accountsSha256(accounts: readonly string[]): string {
  return Buffer.from(sha256(utf8([...accounts].sort().join('\n')))).toString('hex');
}

/** Sorted ids in parts that fit an entry each; at least one part. */
export function splitAccounts(accounts: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  let bytes = 0;
  for (const account of [...accounts].sort()) {
    let part = parts.at(-1) as string[];
    if (part.length >= PART_ACCOUNTS_MAX || bytes + account.length + 3 > PART_BYTES_MAX) {
      parts.push((part = []));
      bytes = 0;
    }
    part.push(account);
    bytes += account.length + 3; // quotes and comma
  }
  return parts;
}
