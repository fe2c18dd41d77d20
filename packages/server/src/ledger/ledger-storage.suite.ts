import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '@portcullis/record';
import type { LedgerStorage } from './ledger-storage.ts';

/** What every ledger storage must do. @param make a new, empty one; `crash` forgets what is not durable, where that can be tested */
export function testLedgerStorage(
  name: string,
  make: () => { storage: LedgerStorage; reopen: () => LedgerStorage },
): void {
  test(`${name}: reads back what was put, also after a crash`, () => {
    const { storage, reopen } = make();
    assert.equal(storage.read('tile/0/000'), undefined);
    storage.put([
      { path: 'tile/0/000', bytes: utf8('hashes') },
      { path: 'tile/entries/x001/234.p/7', bytes: utf8('entries') },
    ]);
    storage.publish(utf8('one'));
    storage.publish(utf8('two'));
    storage.putHandovers(utf8('a'));
    storage.putHandovers(utf8('a b'));
    const again = reopen();
    assert.deepEqual(again.read('tile/0/000'), utf8('hashes'));
    assert.deepEqual(again.read('tile/entries/x001/234.p/7'), utf8('entries'));
    assert.deepEqual(again.read('checkpoint'), utf8('two'));
    assert.deepEqual(again.read('handovers.jsonl'), utf8('a b'));
  });

  test(`${name}: never overwrites a tile; the same bytes are no error`, () => {
    const { storage } = make();
    const file = { path: 'tile/0/000.p/1', bytes: utf8('a') };
    storage.put([file]);
    storage.put([file]);
    assert.throws(() => storage.put([{ ...file, bytes: utf8('b') }]), { code: 'ledger-damaged' });
    assert.deepEqual(storage.read(file.path), utf8('a'));
  });

  test(`${name}: dropping partial tiles leaves the full one`, () => {
    const { storage } = make();
    storage.put([
      { path: 'tile/0/000.p/1', bytes: utf8('a') },
      { path: 'tile/0/000', bytes: utf8('ab') },
      { path: 'tile/0/001.p/1', bytes: utf8('c') },
    ]);
    storage.dropPartials('tile/0/000');
    storage.dropPartials('tile/0/007');
    assert.deepEqual(storage.read('tile/0/000'), utf8('ab'));
    assert.deepEqual(storage.read('tile/0/001.p/1'), utf8('c'));
  });
}
