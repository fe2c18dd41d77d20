import type { Evidence } from './compare-evidence.ts';
import { NOTE_BYTES_MAX, RECEIPT_BYTES_MAX } from './limits.ts';
import { ENVELOPE_PATH } from './manifest.ts';
import { createFileReader, isFolder, readFolder, readInput } from './read-folder.ts';
import { quote, VerifyError } from './verify-error.ts';

/** What a path on the command line holds, told by what is in it. @throws VerifyError `unreadable` */
export function readEvidence(path: string): Evidence {
  const name = quote(path);
  if (!isFolder(path)) {
    const bytes = readInput(path, Math.max(RECEIPT_BYTES_MAX, NOTE_BYTES_MAX));
    // A receipt is a JSON object; a checkpoint starts with its origin.
    return {
      name,
      kind: /^\s*\{/.test(Buffer.from(bytes).toString('latin1')) ? 'receipt' : 'checkpoint',
      bytes,
    };
  }
  const read = createFileReader(path);
  if (read('checkpoint', NOTE_BYTES_MAX) !== undefined) return { name, kind: 'ledger', read };
  try {
    const files = readFolder(path);
    if (files.has(ENVELOPE_PATH)) return { name, kind: 'bundle', files };
  } catch (error) {
    if (error instanceof VerifyError) throw new VerifyError('unreadable', `${name}: ${error.message}`);
    throw error;
  }
  throw new VerifyError('unreadable', `${name} is neither a bundle nor the folder of a ledger.`);
}
