import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  base64,
  commit,
  createEntry,
  deriveSalt,
  type Entry,
  type EntryBody,
  type EntryType,
  sha256,
  utf8,
} from '@portcullis/record';
import { accountsSha256 } from '../../cases/member-list.ts';
import { createAppender } from '../../ledger/port-appender.ts';
import { ledgerPaths } from '../../ledger/data-dir.ts';
import { openLedgerKeys } from '../../ledger/keys.ts';
import { createLedgerReader } from '../../ledger/ledger-reader.ts';
import { startLedgerThread } from '../../ledger/start-ledger-thread.ts';
import { systemClock } from '../../seams/clock.ts';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { openMasterKey } from '../../vault/master-key-local.ts';
import { sealContent } from '../../vault/sealed-content.ts';
import { createVault } from '../../vault/vault.ts';
import type { ExportPorts } from '../evidence-ports.ts';

export const ORIGIN = 'ledger.example/evidence-test';
export const DIGEST = 'ab'.repeat(32);

/** A ledger and a vault on disk, through the real writer; `ports` are what the program gives to an export. */
export async function openWorld(t: { after(fn: () => Promise<void>): void }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-evidence-'));
  const ledger = {
    origin: ORIGIN,
    publishIntervalMs: 20,
    pendingEntriesMax: 4096,
    pendingBytesMax: 2 ** 26,
    archiveIntervalMs: 3_600_000,
  };
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  const appender = createAppender(thread.connect(), ledger);
  t.after(async () => {
    await thread.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const fs = nodeFileSystem;
  const paths = ledgerPaths(dataDir);
  const master = openMasterKey({
    source: { file: join(dataDir, 'master.key') },
    dataDir,
    fs,
    env: {},
    create: true,
  });
  const vault = createVault(fs, paths.vault, master);
  const keys = openLedgerKeys({ dir: paths.keys, fs, origin: ORIGIN, create: false });
  const reader = createLedgerReader(dataDir, fs);
  const ports: ExportPorts = {
    ledger: reader,
    archiveCheckpoint: () => thread.archiveCheckpoint(),
    content: (index) => vault.content(index),
    signPae: keys.signPae,
    vkeys: keys.vkeys,
    append: (item) => appender.append(item),
    clock: systemClock,
    random: (count) => randomBytes(count),
    environment: {
      version: '0.1.0',
      detector: { name: 'shared-templates', version: '1', digest: DIGEST, thresholds: { minAccounts: 3 } },
      masterKeyCustody: 'a file',
      host: 'test-machine',
    },
  };
  const append = async <T extends EntryType>(type: T, body: EntryBody<T>): Promise<number> =>
    (await appender.append({ entry: createEntry(type, systemClock.now(), body) as unknown as Entry })).index;
  return { dataDir, ports, append, appender, vault, reader, thread };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Appends an entry whose content is sealed, with commitments to each part. */
export async function appendSealed<T extends 'exchange.admitted' | 'exchange.completed' | 'appeal'>(
  world: World,
  type: T,
  body: Omit<EntryBody<T>, 'commitments'> & { account: string },
  parts: Readonly<Record<string, string>>,
  kept = parts,
): Promise<number> {
  const seed = new Uint8Array(randomBytes(32));
  const commitments = Object.fromEntries(
    Object.entries(parts).map(([part, text]) => {
      const isBody = part === 'request' || part === 'response';
      const field = isBody ? `${part}_sha256` : part;
      const value = isBody ? sha256(utf8(text)) : utf8(text);
      return [field, base64(commit(`${type}/${field}`, deriveSalt(seed, field), value))];
    }),
  );
  const entry = createEntry(type, systemClock.now(), {
    ...body,
    commitments,
  } as unknown as EntryBody<T>) as unknown as Entry;
  const key = await world.vault.keys.keyOf(body.account);
  const bytes = Object.fromEntries(Object.entries(kept).map(([name, text]) => [name, utf8(text)]));
  const content = sealContent(key, `${type}/test`, { seed, parts: bytes });
  return (await world.appender.append({ entry, content })).index;
}

export const ACCUSED = ['acct-one', 'acct-three', 'acct-two'];

/** A whole case: four accounts, of which three are accused; one of those erased, held by two people, and an appeal. */
export async function makeCase(world: World) {
  const examples = await sendTraffic(world);
  await findCampaign(world, examples);
  await decideCase(world);
  const appeal = { appeal: 'appeal-1', case: 'case-1', account: 'acct-one', by: 'ada' };
  await appendSealed(world, 'appeal', appeal, { grounds: 'It was my homework.' });
  await world.append('hold.placed', { account: 'acct-one', by: 'ada', reason: 'A court asked for it.' });
  world.vault.eraseAccount('acct-two');
  await world.append('content.erased', {
    account: 'acct-two',
    scope: 'account',
    before: null,
    by: 'ada',
    reason: 'asked',
    legal_basis: 'GDPR 17',
  });
  return { examples };
}

/** @returns the entries that the finding will cite */
async function sendTraffic(world: World): Promise<number[]> {
  const { append } = world;
  const ada = { operator: 'ada', role: 'reviewer', token_sha256: DIGEST, by: 'portcullis' } as const;
  await append('operator.added', ada);
  for (const account of [...ACCUSED, 'acct-benign']) {
    await append('account.created', { account, by: 'ada' });
    await append('key.issued', { key: `key-${account}`, account, key_sha256: DIGEST, by: 'ada' });
  }
  const examples: number[] = [];
  for (let n = 0; n < 40; n++) {
    const account = [...ACCUSED, 'acct-benign'][n % 4] as string;
    const index = await exchange(world, account, n);
    if (account === 'acct-one' && examples.length < 2) examples.push(index);
  }
  await append('fault', { kind: 'restart', detail: 'It was started again.' });
  return examples;
}

async function findCampaign({ append }: World, examples: readonly number[]): Promise<void> {
  await append('finding.members', { finding: 'finding-1', part: 1, parts: 1, accounts: ACCUSED });
  await append('finding', findingOf(accountsSha256(ACCUSED), examples));
  await append('case.opened', { case: 'case-1', finding: 'finding-1', campaign: 'campaign-1', priority: 3 });
}

async function decideCase({ append }: World): Promise<void> {
  await append('evidence.viewed', { case: 'case-1', by: 'ada', items: ['finding:finding-1'] });
  const decision = {
    case: 'case-1',
    measure: 'hold' as const,
    accounts: 'all' as const,
    accounts_total: 3,
    accounts_sha256: accountsSha256(ACCUSED),
    rule: 'Terms, 4.',
  };
  const proposed = {
    decision: 'decision-1',
    by: 'ada',
    step: 'proposed',
    reasons: 'Same *template*.',
  } as const;
  await append('decision', { ...decision, ...proposed });
  const confirmed = { decision: 'decision-2', by: 'ben', step: 'confirmed', confirms: 'decision-1' } as const;
  await append('decision', { ...decision, ...confirmed, reasons: 'I read them.' });
  await append('standing.set', {
    accounts: ACCUSED,
    standing: 'hold',
    case: 'case-1',
    decision: 'decision-2',
    by: 'portcullis',
    reason: 'decided',
  });
}

/** Somebody who took no part hears the appeal, and opens one of the three accounts. */
export async function openOnAppeal({ append }: World): Promise<void> {
  const accounts = ['acct-one'];
  await append('decision.members', { decision: 'decision-3', part: 1, parts: 1, accounts });
  await append('decision', {
    decision: 'decision-3',
    case: 'case-1',
    by: 'cleo',
    step: 'final',
    measure: 'open',
    accounts: 'some',
    accounts_total: 1,
    accounts_sha256: accountsSha256(accounts),
    rule: 'Terms, 4.',
    reasons: 'It was homework.',
    appeal: 'appeal-1',
  });
  await append('standing.set', {
    accounts,
    standing: 'open',
    case: 'case-1',
    decision: 'decision-3',
    by: 'portcullis',
    reason: 'decided',
  });
}

async function exchange(world: World, account: string, n: number): Promise<number> {
  const id = `exchange-${n}`;
  const admitted = await appendSealed(
    world,
    'exchange.admitted',
    {
      exchange: id,
      account,
      key: `key-${account}`,
      endpoint: '/v1/chat/completions',
      model: 'm',
      stream: false,
      standing: 'open',
      request_bytes: 9,
    },
    { request: `{"n":${n}}`, network: '{"ip":"127.0.0.1"}' },
  );
  const usage = { input_tokens: 3, output_tokens: 4, source: 'reported' as const };
  await appendSealed(
    world,
    'exchange.completed',
    {
      exchange: id,
      account,
      admitted,
      outcome: 'complete',
      status: 200,
      upstream: 'u',
      attempts: 1,
      usage,
      response_bytes: 4,
      response_kept_bytes: 4,
      first_byte_ms: 1,
      duration_ms: 2,
    },
    { response: `answer ${n}` },
    n === 4 ? { response: 'ans' } : undefined,
  );
  return admitted;
}

function findingOf(accounts_sha256: string, examples: readonly number[]): EntryBody<'finding'> {
  return {
    finding: 'finding-1',
    campaign: 'campaign-1',
    supersedes: [],
    kind: 'campaign',
    detector: { name: 'shared-templates', version: '1', digest: DIGEST },
    statistic: 12.5,
    bound: { kind: 'none', statement: 'Nobody has measured how often benign accounts are named.' },
    accounts_total: 3,
    accounts_sha256,
    exchanges: 30,
    first_time: '2026-09-01T00:00:00.000Z',
    last_time: '2026-09-02T00:00:00.000Z',
    ledger_size: 90,
    signals: [
      {
        name: 'shared-template',
        sentence: 'One template: <script>alert(1)</script>\u202e',
        count: 3,
        examples,
      },
    ],
    against: ['One account also sends other traffic.'],
    would_have_cleared: ['Templates that no other account uses.'],
  };
}
