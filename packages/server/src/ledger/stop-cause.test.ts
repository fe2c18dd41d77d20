import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardFileSystem } from '../seams/file-system-guarded.ts';
import { createFaultPlan, createFaultyFileSystem } from '../seams/file-system-faulty.ts';
import { createMemoryFileSystem } from '../seams/file-system-memory.ts';
import { utf8 } from '@portcullis/record';
import { ServerError, type ServerErrorCode } from '../server-error.ts';
import { stopCause, threadBroke } from './stop-cause.ts';

const system = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });
const sqlite = (errcode: number): Error =>
  Object.assign(new Error('SQLite'), { code: 'ERR_SQLITE_ERROR', errcode });
const refused = (cause: unknown): ServerError => new ServerError('ledger-refused', 'It stopped.', { cause });

test('what can go away by itself is passing, what nobody foresaw is broken, the rest is final', () => {
  const passing = {
    disk_full: [system('ENOSPC'), sqlite(13), sqlite(4874)],
    quota_reached: [system('EDQUOT')],
    too_many_open_files: [system('EMFILE'), system('ENFILE')],
    out_of_memory: [system('ENOMEM'), sqlite(7), sqlite(3082)],
    busy: [sqlite(5), sqlite(261), system('EAGAIN')],
    can_not_open: [sqlite(14)],
  };
  for (const [outage, errors] of Object.entries(passing)) {
    for (const error of errors) {
      const { kind, outage: named, code } = stopCause(refused(error));
      assert.deepEqual([kind, named, code], ['passing', outage, 'ledger-refused'], error.message);
    }
  }
  for (const error of [
    new TypeError('x is undefined'),
    new Error('The ledger is stopping.'),
    'no error at all',
  ])
    assert.equal(stopCause(error).kind, 'broken');
  for (const code of ['EROFS', 'EACCES', 'ENOENT', 'EIO'])
    assert.equal(stopCause(refused(system(code))).kind, 'final');
});

test('what fsck or a person must look at is final, and told as what it is', () => {
  const codes: ServerErrorCode[] = [
    'ledger-damaged',
    'ledger-locked',
    'bad-config',
    'vault-damaged',
    'conflict',
    'storage-failed',
  ];
  for (const code of codes) {
    // Also where a full disk stands at its root: what was found out about it counts.
    const cause = stopCause(refused(new ServerError(code, 'Look.', { cause: system('ENOSPC') })));
    assert.deepEqual([cause.kind, cause.code, cause.message], ['final', code, 'Look.']);
  }
});

test('after a failed fsync, or EIO of a write, a guarded file system does nothing more', () => {
  for (const call of ['fsync', 'fdatasync', 'write', 'rename', 'close'] as const) {
    const plan = createFaultPlan();
    const faulty = createFaultyFileSystem(createMemoryFileSystem(), { plan });
    const told: string[] = [];
    const fs = guardFileSystem(faulty, (error) => void told.push(error.code));
    const fd = fs.open('/a', 'a');
    plan.set([{ call, nth: 1, how: call.endsWith('sync') ? 'ENOSPC' : 'EIO' }]);
    const failing = {
      fsync: () => fs.fsync(fd),
      fdatasync: () => fs.fdatasync(fd),
      write: () => fs.write(fd, utf8('x'), 0, 1, null),
      rename: () => fs.rename('/a', '/b'),
      close: () => fs.close(fd),
    };
    assert.throws(failing[call], { code: 'storage-failed' });
    // The disk would answer again.
    for (const act of [() => fs.readdir('/'), () => fs.open('/a', 'r'), () => fs.fsync(fd)])
      assert.throws(act, { code: 'storage-failed' });
    assert.deepEqual(told, ['storage-failed']);
  }
});

test('a read that fails concerns what was read alone', () => {
  const plan = createFaultPlan();
  const faulty = createFaultyFileSystem(createMemoryFileSystem(), { plan });
  const fs = guardFileSystem(faulty);
  const fd = fs.open('/a', 'wx+');
  plan.set([{ call: 'read', nth: 1, how: 'EIO' }]);
  assert.throws(() => fs.read(fd, new Uint8Array(1), 0, 1, 0), { code: 'EIO' });
  assert.equal(fs.read(fd, new Uint8Array(1), 0, 1, 0), 0);
});

test('a thread that the system would not let begin is an outage that passes; one that broke is not', () => {
  const starved = Object.assign(new Error('Worker initialization failure: EMFILE'), {
    code: 'ERR_WORKER_INIT_FAILED',
  });
  assert.deepEqual(
    [threadBroke(starved).kind, threadBroke(starved).outage],
    ['passing', 'too_many_open_files'],
  );
  assert.deepEqual([threadBroke(new TypeError('x')).kind, threadBroke(undefined).kind], ['broken', 'broken']);
});
