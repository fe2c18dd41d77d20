import { createMemoryFileSystem } from '../seams/file-system-memory.ts';
import { testLedgerStorage } from './ledger-storage.suite.ts';
import { createFileStorage } from './ledger-storage-file.ts';

testLedgerStorage('files', () => {
  const fs = createMemoryFileSystem();
  const reopen = () => {
    fs.crash();
    return createFileStorage('/data/ledger', fs);
  };
  return { storage: createFileStorage('/data/ledger', fs), reopen };
});
