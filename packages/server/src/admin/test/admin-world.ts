import { encodeEntry, type Role } from '@portcullis/record';
import type { MemoryLedger } from '../../projections/test/memory-ledger.ts';
import type { PublishedLedger } from '../published-entries.ts';
import { type CaseWorldConfig, createCaseWorld } from '../../cases/test/case-world.ts';
import { approximateLoss, delta, epsilon } from '@portcullis/privacy';
import { createReports } from '../../reports/reports.ts';
import { randomBytes } from 'node:crypto';
import { openCredentialsStore } from '../../sign-in/credentials-store.ts';
import type { Log } from '../../gate/gate-ports.ts';
import { createOrganisation, type OrganisationConfig } from '../../sign-in/organisation.ts';
import { createSignIn } from '../../sign-in/sign-in.ts';
import { createAdminServer } from '../admin-server.ts';
import type { ExportInput } from '../route.ts';

/** What a provider that people sign in by sends browsers back to. */
export const WORLD_PUBLIC_URL = 'http://localhost:8471';

// oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the tests ask about
export type AdminAnswer = { readonly status: number; readonly body: any; readonly headers: Headers };

/** All that a ledger in memory has counts as published; it makes no proofs. */
function publishedOf(ledger: MemoryLedger): PublishedLedger {
  const bytesAt = (index: number) => {
    const found = ledger.entries[index];
    return found && encodeEntry(found.entry);
  };
  return {
    published: () => ({ checkpoint: { size: ledger.entries.length } }),
    *entries(from, to = ledger.entries.length) {
      for (const { index, entry } of ledger.entries.slice(from, to))
        yield { index, bytes: encodeEntry(entry) };
    },
    entry: bytesAt,
    tlogProof: (index) => (bytesAt(index) === undefined ? undefined : `index ${index}\n`),
  };
}

type WorldProvider = { readonly settings: OrganisationConfig; readonly log: Log };

/** The ways to sign in, without files. */
function openWays(
  { operators, clock, ledger }: Awaited<ReturnType<typeof createCaseWorld>>,
  openid: WorldProvider | undefined,
) {
  const credentials = openCredentialsStore(':memory:');
  const random = (count: number) => randomBytes(count);
  const signIn = createSignIn({
    operators,
    store: credentials,
    clock,
    random,
    record: (entry) => ledger.append({ entry }),
  });
  const basics = { publicUrl: WORLD_PUBLIC_URL, clock, random };
  const organisation = openid && createOrganisation({ ...basics, openid: openid.settings, log: openid.log });
  return { credentials, signIn, organisation };
}

/**
 * The admin API over HTTP, with one person of each role besides the first admin.
 * @param opened calls wait for it
 * @param consoleFolder where a built console lies
 * @param openid a provider that people may sign in by, and what the log says of it
 */
export async function createAdminWorld(
  config: CaseWorldConfig = {},
  opened?: Promise<void>,
  consoleFolder?: string,
  openid?: WorldProvider,
) {
  const world = await createCaseWorld(config);
  const first = await world.operators.bootstrapOperators();
  const tokens: Record<string, string> = { admin: first?.token ?? '' };
  const people: readonly (readonly [string, Role])[] = [
    ['ada', 'reviewer'],
    ['ben', 'reviewer'],
    ['cleo', 'reviewer'],
    ['otto', 'auditor'],
  ];
  for (const [operator, role] of people)
    tokens[operator] = (await world.operators.add({ operator, role, by: 'admin' })).token;
  /** What was asked of the exporter. */
  const exports: ExportInput[] = [];
  const reports = createReports({
    appender: world.ledger,
    store: world.store,
    clock: world.clock,
    limit: () => approximateLoss(epsilon(3), delta('1e-5')),
    bounds: () => ({
      exchanges: 1000,
      findings: 2,
      decisions: 4,
      overturned: 2,
      heldHours: 744,
      erasures: 1,
    }),
    ledgerSize: () => world.ledger.entries.length,
    software: 'portcullis test',
    origin: 'example.com/log',
  });
  const { credentials, ...ways } = openWays(world, openid);
  const server = createAdminServer({
    ...world,
    published: publishedOf(world.ledger),
    ...ways,
    secure: false,
    consoleFolder,
    appender: world.ledger,
    reports,
    version: 'test',
    host: '127.0.0.1',
    port: 0,
    log: () => {},
    ...(opened === undefined ? {} : { opened }),
    reload: async () => ({ changed: ['contact'], needRestart: [] }),
    ledgerStatus: () => ({
      origin: 'example.com/log',
      size: world.ledger.entries.length,
      publishedSize: world.ledger.entries.length,
      root: '',
      followers: { detector: 1 },
      vkeys: [],
      tlogPolicy: 'quorum none\n',
      witnessing: { quorum: 0, witnessed: null, witnesses: [], alarms: [] },
      guarantee: null,
    }),
    exportCase: async (input) => {
      exports.push(input);
      return { bundle: 'bundle-1', case: input.case };
    },
  });
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;

  return {
    ...world,
    tokens,
    exports,
    url,
    port,
    async call(who: string, method: string, path: string, body?: unknown): Promise<AdminAnswer> {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${tokens[who] ?? who}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { status, headers } = response;
      // A stream has no end to wait for.
      const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
      const answer: unknown = isStream ? await response.body?.cancel() : await response.json();
      return { status, body: answer, headers };
    },
    async close() {
      await server.close();
      credentials.close();
      world.stop();
    },
  };
}
