import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createEntry,
  type Entry,
  type EntryType,
  ENTRY_TYPES,
  encodeEntry,
  sha256,
} from '@portcullis/record';
import { GOLDEN_ENTRIES, GOLDEN_TIME_MS } from './golden-entries.ts';
import { makeGoldenRecords } from './golden-records.ts';

// Adds the golden files that are missing; one that is there is never written over, as ledgers in the world hold its bytes.
// Run: node --conditions=portcullis-source packages/record/test/write-golden.ts

const VECTORS = join(import.meta.dirname, '../../../vectors');

function addFile(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(VECTORS, folder, name);
  mkdirSync(join(VECTORS, folder), { recursive: true });
  try {
    writeFileSync(path, content, { flag: 'wx' });
    console.log(`added ${path}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

for (const type of ENTRY_TYPES) {
  const entry = createEntry<EntryType>(type, GOLDEN_TIME_MS, GOLDEN_ENTRIES[type]) as Entry;
  addFile('entries', `${type}.v${entry.version}.json`, encodeEntry(entry));
}
for (const [name, content] of Object.entries(await makeGoldenRecords(sha256)))
  addFile('record/v1', name, content);
