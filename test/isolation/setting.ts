import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '@portcullis/record';
import { ask } from './ask.ts';
import { addKey, addSalts, addToken, addUpstreamKeys, createModel, type Model, newMark } from './model.ts';
import { UPSTREAM_KEYS, type World } from './world.ts';

const CAMPAIGN = ['camp-1', 'camp-2', 'camp-3'];
const BYSTANDERS = ['alice', 'bob'];
const PROMPTS_EACH = 5;
const PEOPLE: readonly (readonly [string, Role])[] = [
  ['ada', 'reviewer'],
  ['grace', 'reviewer'],
  ['iris', 'auditor'],
  ['gone', 'admin'],
];

/** Accounts, people, content, receipts and a case, each with secrets of its own. */
export async function makeSetting(world: World): Promise<Model> {
  const model = createModel();
  const admin = world.server.newAdmin;
  assert.ok(admin !== undefined);
  addToken(model, admin);
  addUpstreamKeys(model, UPSTREAM_KEYS);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(world, {
      at: 'admin',
      method,
      path,
      bearer: admin.token,
      ...(body === undefined ? {} : { body }),
    });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
    return JSON.parse(answer.body);
  };
  for (const [operator, role] of PEOPLE)
    addToken(model, await call('POST', '/v1/operators', { operator, role }));
  await call('DELETE', '/v1/operators/gone', { reason: 'left' });
  for (const token of model.tokens) if (token.operator === 'gone') token.removed = true;
  for (const account of [...CAMPAIGN, ...BYSTANDERS])
    addKey(model, await call('POST', '/v1/accounts', { account, key: true }));
  const revoked = await call('POST', '/v1/accounts/alice/keys', {});
  addKey(model, revoked);
  await call('DELETE', `/v1/keys/${revoked.key}`, { reason: 'lost' });
  for (const key of model.keys) if (key.key === revoked.key) key.revoked = true;
  await fillWithContent(world, model);
  await learnSalts(world, model);
  const { case: opened } = await theCase(call);
  model.cases = [opened];
  for (const account of CAMPAIGN) model.accused.add(account);
  await call('POST', `/v1/cases/${opened}/evidence`, {});
  const reasons = 'One template in all three, and no value twice.';
  await call('POST', `/v1/cases/${opened}/views`, { view: 'extraction', reasons });
  await call('POST', `/v1/cases/${opened}/decisions`, { measure: 'slow', reasons, rule: 'Terms, section 4' });
  await call('POST', `/v1/cases/${opened}/appeals`, {
    account: CAMPAIGN[0],
    grounds: `We are a school. ${newMark(model, CAMPAIGN[0] as string, 'grounds')}`,
  });
  readKeysOnDisk(world, model);
  return model;
}

function promptOf(mark: string): string {
  return `Solve the following olympiad problem, think step by step, and show every stage of your reasoning: ${mark}`;
}

async function fillWithContent(world: World, model: Model): Promise<void> {
  for (let turn = 0; turn < PROMPTS_EACH; turn++) {
    const callers = model.keys.filter((each) => !each.revoked);
    await Promise.all(callers.map(({ account, secret }) => sendPrompt(world, model, account, secret)));
  }
}

async function sendPrompt(world: World, model: Model, account: string, bearer: string): Promise<void> {
  const mark = newMark(model, account, 'prompt');
  const content = BYSTANDERS.includes(account) ? `hello ${mark}` : promptOf(mark);
  const answer = await ask(world, {
    at: 'gate',
    method: 'POST',
    path: '/v1/chat/completions',
    bearer,
    headers: { 'user-agent': newMark(model, account, 'agent') },
    body: { model: 'model-a', messages: [{ role: 'user', content }] },
  });
  assert.equal(answer.status, 200, answer.text);
  model.exchanges.push({ account, index: Number(answer.entry) });
}

/** Owners fetch their receipts, so that the salts are known. */
async function learnSalts(world: World, model: Model): Promise<void> {
  await Promise.all(
    model.exchanges.map(async ({ account, index }) => {
      const bearer = model.keys.find((each) => each.account === account && !each.revoked)?.secret;
      let answer = await ask(world, { at: 'gate', method: 'GET', path: `/receipts/${index}`, bearer });
      for (; answer.status === 202; await sleep(10))
        answer = await ask(world, { at: 'gate', method: 'GET', path: `/receipts/${index}`, bearer });
      assert.equal(answer.status, 200, answer.text);
      addSalts(model, account, JSON.parse(answer.body).salts);
    }),
  );
}

async function theCase(call: (method: string, path: string) => Promise<{ cases: { case: string }[] }>) {
  for (let tries = 0; tries < 500; tries++) {
    const [found] = (await call('GET', '/v1/cases')).cases;
    if (found !== undefined) return found;
    await sleep(10);
  }
  return assert.fail('the detector raised no case');
}

/** The vault's master key and the ledger's signing keys, in base64 as they lie in their files. */
function readKeysOnDisk({ dataDir }: World, model: Model): void {
  const folder = join(dataDir, 'keys');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  assert.ok(files.length >= 3, `keys/ holds ${files.join(', ')}`);
  for (const name of files) {
    const lines = readFileSync(join(folder, name), 'latin1').split('\n');
    const parts = lines.map((line) => line.trim()).filter((line) => /^[A-Za-z0-9+/]{32,}={0,2}$/.test(line));
    const spellings = parts.flatMap((part) => [part, Buffer.from(part, 'base64').toString('hex')]);
    model.secrets.set(name, { what: `keys/${name}`, owner: 'the operator', kind: 'disk', spellings });
  }
}
