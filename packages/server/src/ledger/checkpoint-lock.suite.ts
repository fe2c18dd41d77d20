import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerError } from '../server-error.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';

/** What every checkpoint lock must do. @param open opens the same lock each time; @param dispose is called after each test */
export function testCheckpointLock(
  name: string,
  make: () => { open: () => CheckpointLock; dispose: () => void },
): void {
  const withLock = (title: string, run: (open: () => CheckpointLock) => void): void => {
    test(`${name}: ${title}`, () => {
      const { open, dispose } = make();
      try {
        run(open);
      } finally {
        dispose();
      }
    });
  };
  const hasCode = (code: string) => (error: unknown) => error instanceof ServerError && error.code === code;

  withLock('starts empty, keeps what was swapped in, also for the next writer', (open) => {
    const lock = open();
    assert.equal(lock.read('a'), undefined);
    lock.swap('a', undefined, 'one');
    lock.swap('a', 'one', 'two');
    assert.equal(lock.read('a'), 'two');
    assert.equal(lock.read('b'), undefined);
    lock.close();
    const next = open();
    assert.equal(next.read('a'), 'two');
    next.close();
  });

  withLock('refuses a swap from another note than the one it holds, and keeps that', (open) => {
    const lock = open();
    lock.swap('a', undefined, 'one');
    assert.throws(() => lock.swap('a', undefined, 'other'), hasCode('conflict'));
    assert.throws(() => lock.swap('a', 'zero', 'other'), hasCode('conflict'));
    assert.throws(() => lock.swap('b', 'one', 'other'), hasCode('conflict'));
    assert.equal(lock.read('a'), 'one');
    lock.close();
  });

  withLock('lets one writer in at a time', (open) => {
    const first = open();
    assert.throws(open, hasCode('ledger-locked'));
    first.swap('a', undefined, 'one');
    first.close();
    first.close();
    open().close();
  });
}
