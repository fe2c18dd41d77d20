import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createCaseWorld } from '../cases/test/case-world.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { markPracticeData, practiceOperators, refusePracticeData } from './practice.ts';

const PEOPLE = ['admin', 'ada', 'grace', 'hana', 'iris'];

/** The people of a practice ledger, and a folder for the file of their tokens. */
async function openPractice(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-practice-'));
  const { operators, ledger, stop } = await createCaseWorld();
  t.after(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const loaded = loadConfig({ cwd: folder, env: {} });
  assert.equal(loaded.mode, 'practice');
  const config: Config = { ...loaded.config, dataDir: folder };
  const tokensFile = join(folder, 'practice-operators.json');
  return {
    config,
    operators,
    tokensFile,
    added: () => ledger.entries.filter(({ entry }) => entry.type === 'operator.added').length,
    async start(newAdminToken = false, origin = config.ledger.origin) {
      const newAdmin = await operators.bootstrapOperators(newAdminToken);
      return practiceOperators({ ...config, ledger: { ...config.ledger, origin } }, { newAdmin, operators });
    },
  };
}

test('practice operators keep their tokens; those that no file has are made anew', async (t) => {
  const { operators, tokensFile, added, start } = await openPractice(t);
  const first = await start();
  assert.deepEqual(Object.keys(first), PEOPLE);
  assert.equal(statSync(tokensFile).mode & 0o077, 0);
  assert.deepEqual(await start(), first);
  assert.equal(added(), PEOPLE.length);
  const damages = [
    () => rmSync(tokensFile),
    () => writeFileSync(tokensFile, '{}', { mode: 0o600 }),
    () => writeFileSync(tokensFile, '{"admin": "pc_op', { mode: 0o600 }),
  ];
  for (const damage of damages) {
    damage();
    const again = await start();
    assert.deepEqual(JSON.parse(readFileSync(tokensFile, 'utf8')), again);
    assert.deepEqual(
      PEOPLE.map((name) => operators.find(again[name] ?? '')?.operator),
      PEOPLE,
    );
    assert.ok(!existsSync(`${tokensFile}.tmp`));
  }
  const before = await start();
  const after = await start(true);
  assert.notEqual(after['admin'], before['admin']);
  assert.deepEqual({ ...after, admin: '' }, { ...before, admin: '' });
});

test('a ledger of another name, or with people of its own, is not taken for one of practice', async (t) => {
  const { operators, tokensFile, start } = await openPractice(t);
  const refusal = { code: 'conflict', message: /was not made in practice mode/ };
  await assert.rejects(start(false, 'ledger.example/real'), refusal);
  await start();
  rmSync(tokensFile);
  await operators.add({ operator: 'mallory', role: 'auditor', by: 'admin' });
  await assert.rejects(start(), refusal);
  assert.ok(!existsSync(tokensFile));
});

test('an empty directory is marked before practice makes a ledger there, and no other one is', async (t) => {
  const { config, tokensFile } = await openPractice(t);
  writeFileSync(join(config.dataDir, 'lock.sqlite'), '');
  markPracticeData(config.dataDir);
  refusePracticeData(config.dataDir);
  rmSync(join(config.dataDir, 'lock.sqlite'));
  markPracticeData(config.dataDir);
  assert.throws(() => refusePracticeData(config.dataDir), { code: 'conflict' });
  writeFileSync(tokensFile, '{"admin":"kept"}');
  markPracticeData(config.dataDir);
  assert.equal(readFileSync(tokensFile, 'utf8'), '{"admin":"kept"}');
});
