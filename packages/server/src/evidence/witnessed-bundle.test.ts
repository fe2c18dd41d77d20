import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatJudgement, readFolder, readTrust, verifyBundle } from '@portcullis/verify';
import { systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { FAST } from '../witness/test/witnessed-ledger.ts';
import { runWitness } from '../witness/test/witness-world.ts';
import { createWitnessedFiles } from '../witness/witnessed-files.ts';
import { createWitnessing } from '../witness/witnessing.ts';
import { exportBundle } from './export-bundle.ts';
import { writeTlogPolicy } from './tlog-policy.ts';
import { makeCase, openWorld } from './test/make-case.ts';

test('a bundle bears the cosignatures of its last checkpoint, and names the witnesses in its policy', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const vkeys = world.ports.vkeys as [string, string];
  const up = await runWitness(t, { vkeys }, { name: 'witness.example/up' });
  const late = await runWitness(t, { vkeys }, { name: 'witness.example/late' });
  await late.close();
  const witnesses = [
    { name: 'up', url: up.url, vkeys: up.vkeys },
    { name: 'late', url: late.url, vkeys: late.vkeys },
  ];
  const exportWith = async (quorum: 'all' | 'any') => {
    const witnessing = createWitnessing({
      witnesses,
      pace: { ...FAST, quorum },
      reader: world.reader,
      append: (item) => world.appender.append(item),
      recordAlarm: (detail) => assert.fail(detail),
      files: createWitnessedFiles(world.dataDir, nodeFileSystem),
      clock: systemClock,
      log: () => {},
    });
    const { dir } = await exportBundle(
      {
        caseId: 'case-1',
        outDir: join(world.dataDir, 'bundles'),
        requester: 'A court',
        purpose: 'To decide',
        legalBasis: 'An order',
        by: 'ada',
      },
      {
        ...world.ports,
        archiveCheckpoint: () => witnessing.cosign(() => world.thread.archiveCheckpoint()),
        witnesses: { witnesses, witnessing: { quorum } },
      },
    );
    await witnessing.stop();
    const policy = readFileSync(join(dir, 'tlog-policy'), 'utf8');
    assert.equal(policy, writeTlogPolicy(vkeys, { witnesses, witnessing: { quorum } }));
    const judge = (text: string) => verifyBundle(readFolder(dir), readTrust(Buffer.from(text)));
    return { policy, judge, report: readFileSync(join(dir, 'report.md'), 'utf8') };
  };

  const any = await exportWith('any');
  const judgement = any.judge(any.policy);
  assert.equal(judgement.verdict, 'verified', formatJudgement(judgement));
  assert.match(judgement.sentence, /1 of 2 trusted witnesses \(“witness\.example\/up”\)/);
  assert.doesNotMatch(JSON.stringify(judgement.checks), /absent: witness cosignatures/);
  assert.match(
    any.report,
    /1 of the 2 witnesses that the operator chose cosigned the last checkpoint \(up\)/,
  );
  // A reader goes by their own policy, whatever the operator wished for.
  assert.equal(any.judge(any.policy.replace('quorum 1 ', 'quorum 2 ')).verdict, 'verified, unwitnessed');

  const all = await exportWith('all');
  assert.equal(all.judge(all.policy).verdict, 'verified, unwitnessed');
  assert.match(JSON.stringify(all.judge(all.policy).checks), /1 of 2 configured witnesses cosigned, too few/);
});
