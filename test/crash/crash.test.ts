import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  caseId,
  type CrashCase,
  pairs,
  parseCaseId,
  sameTwice,
  singleFaults,
  traceOf,
  twoStarts,
} from './crash-table.ts';
import { loadProgram } from './program.ts';
import { createRandom, shuffled } from './random.ts';
import { runCase } from './run-case.ts';
import { SCENES } from './scenes.ts';
import { WORKLOADS } from './workloads.ts';

// A sample of the table, the same each time. `npm run crash` runs the whole of it.

const SEED = 20_260_101;
const SAMPLE = { singles: 6, twice: 1, starts: 2, pairs: 2 };
const subject = { program: await loadProgram() };

/** What was once noticed, and how it was mended stands beside the code that is named. */
const ONCE_NOTICED = [
  // keys.ts, master-key-local.ts, vault-keys.ts: keys whose names were visible and not durable.
  'first/signing-key.unlink#2=EIO/alive',
  'first/keys:.fsync#2=EDQUOT/alive',
  'first/master-key.unlink#1=kill/alive',
  'first/vault-key.unlink#1=kill/alive',
  // durable-files.ts: directories that were there and not durable in their parent.
  'full-tile/tile-1.mkdir#1=ENOSPC+persisted/alive',
  'first/segment.mkdir#2=kill+persisted/alive',
  // positions.ts: the index of the vault, made and not durable.
  'first/vault:.fsync#2=ENOSPC/alive',
  // recover-vault.ts: a torn record with a header that looks whole.
  'midnight/segment.write#3=ENOSPC+persisted/torn',
  // retention.ts: a segment that comes back after it was told to be erased; fsck-vault.ts: two records of what is on hold.
  'erasure/segment:.open#3=EMFILE/alive',
  'erasure/kept.rename#1=EIO+persisted/torn',
  // checkpoint-lock-sqlite.ts: a checkpoint that was read from the lock and published, and that the lock then forgot.
  'midnight/lock.fsync#3=kill>lock.write#1=kill/alive',
  // rebuild-positions.ts: made anew in place, and leading to a file that was not durable.
  'midnight/segment.open#1=kill>segment.open#1=kill/torn',
  'erasure/kept.rename#1=kill+persisted>kept.rename#1=kill+persisted/alive',
];

/** @returns how many faults happened */
async function assertNothing(crashCase: CrashCase): Promise<number> {
  const { id, noticed, fired } = await runCase(subject, crashCase, SEED);
  assert.equal(noticed, undefined, `npm run crash -- --seed ${SEED} --case '${id}'`);
  return fired;
}

for (const workload of WORKLOADS) {
  test(`${workload.name}: a sample of its calls fails, is killed, does its work and fails; nothing acknowledged is lost`, async () => {
    const trace = await traceOf(workload, subject);
    const singles = shuffled(singleFaults(workload.name, trace, true), createRandom(SEED, workload.name));
    assert.ok(singles.length > 5000, `only ${singles.length} cases`);
    const two = pairs(singles, createRandom(SEED, workload.name, 'pairs'));
    const sample = [
      ...singles.slice(0, SAMPLE.singles),
      ...sameTwice(singles).slice(0, SAMPLE.twice),
      ...twoStarts(singles).slice(0, SAMPLE.starts),
      ...Array.from({ length: SAMPLE.pairs }, () => two.next().value as CrashCase),
    ];
    let fired = 0;
    for (const crashCase of sample) fired += await assertNothing(crashCase);
    assert.ok(fired >= SAMPLE.singles, `only ${fired} faults happened`);
  });
}

for (const id of ONCE_NOTICED)
  test(`once noticed: ${id}`, async () => assert.ok((await assertNothing(parseCaseId(id))) > 0));

for (const [name, run] of Object.entries(SCENES)) test(name, () => run(subject));

test('a case is told by its id, and by nothing else', () => {
  for (const id of ONCE_NOTICED) assert.equal(caseId(parseCaseId(id)), id);
  for (const id of [
    'first',
    'never/lock.fsync#1=kill/none',
    'first/lock.fsync#1=kill/some',
    'first/lock.fsync=kill/none',
  ])
    assert.throws(() => parseCaseId(id), Error, id);
});
