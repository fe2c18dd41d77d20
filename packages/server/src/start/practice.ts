import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Role, utf8 } from '@portcullis/record';
import type { Config, UpstreamConfig } from '../config/config.ts';
import { PRACTICE_ORIGIN } from '../config/load-config.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { createAdminCalls } from '../practice/rehearsal/admin-calls.ts';
import { type Operator, rehearse } from '../practice/rehearsal/rehearsal.ts';
import type { Screen } from '../practice/rehearsal/screen.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../practice/upstream/server.ts';
import { replaceFile } from '../seams/durable-files.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import type { Server } from './open-server.ts';

// Practice mode: no model provider is configured, so an upstream of our own answers, and a rehearsal shows the main job.

/** Two people, since one may not hold accounts alone, and a third for appeals against the two. */
const REVIEWERS = ['ada', 'grace', 'hana'] as const;
const AUDITOR = 'iris';
const ADMIN = 'admin';
const PEOPLE: ReadonlyMap<string, Role> = new Map<string, Role>([
  [ADMIN, 'admin'],
  ...REVIEWERS.map((name) => [name, 'reviewer'] as const),
  [AUDITOR, 'auditor'],
]);
const TOKENS_FILE = 'practice-operators.json';
const REHEARSALS_FILE = 'practice-rehearsals';
const UNDO_SECONDS_MAX = 5;
const SEED = 20_261_123;

/** The configuration with the practice upstream in both shapes. */
export async function withPracticeUpstream(
  config: Config,
): Promise<{ config: Config; upstream: PracticeUpstream }> {
  const upstream = await createPracticeUpstream();
  const common = {
    baseUrl: upstream.url,
    apiKey: 'practice',
    models: ['*'],
    connectTimeoutMs: 5000,
    headersTimeoutMs: 60_000,
    idleTimeoutMs: 60_000,
    connectionsMax: 256,
    attempts: 2,
  } satisfies Partial<UpstreamConfig>;
  const upstreams: UpstreamConfig[] = [
    { name: 'practice-openai', shape: 'openai', ...common },
    { name: 'practice-anthropic', shape: 'anthropic', ...common },
  ];
  return { config: practiceSettings(config, upstreams), upstream };
}

/** Settings as practice has them; a reload asks for the same, or it would find changes that nobody made. */
export function practiceSettings(config: Config, upstreams: readonly UpstreamConfig[]): Config {
  // Long enough to see that it can be undone, short enough to wait for.
  const cases = { ...config.cases, undoSeconds: Math.min(config.cases.undoSeconds, UNDO_SECONDS_MAX) };
  // Any free port: the link that is printed says which.
  const hearing = { ...config.hearing, port: config.hearing.port ?? 0 };
  return { ...config, upstreams, cases, hearing };
}

/**
 * A ledger of practice never becomes a real one: its traffic is synthetic, and one file has the tokens of all its people.
 * @throws ServerError `conflict`
 */
export function refusePracticeData(dataDir: string): void {
  if (!existsSync(join(dataDir, TOKENS_FILE))) return;
  throw new ServerError(
    'conflict',
    `${dataDir} holds a ledger of practice mode, whose traffic is synthetic and whose people are made up. Name another dataDir for the real one.`,
  );
}

/** Says of a directory without a ledger that practice makes one there, before it does: whatever stops the first start, the next one knows. */
export function markPracticeData(dataDir: string): void {
  const path = join(dataDir, TOKENS_FILE);
  const { lock, ledger, keys } = ledgerPaths(dataDir);
  if (![path, lock, ledger, keys].some((each) => existsSync(each))) writeTokens(path, {});
}

/**
 * Tokens of the practice operators by name, kept for commands on this machine (mode 0600). Those that are not in the file, because a start
 * was stopped before it could write them or because somebody removed it, are made anew: two tokens of one name are one person.
 * @throws ServerError `conflict` where the ledger is not one of practice
 */
export async function practiceOperators(
  { dataDir, ledger: { origin } }: Config,
  { newAdmin, operators }: Pick<Server, 'newAdmin' | 'operators'>,
): Promise<Record<string, string>> {
  const path = join(dataDir, TOKENS_FILE);
  const isPractice =
    origin === PRACTICE_ORIGIN && operators.list().every((each) => PEOPLE.has(each.operator));
  if (!existsSync(path) && !isPractice)
    throw new ServerError(
      'conflict',
      `${dataDir} holds a ledger that was not made in practice mode. Choose another folder with --data, or configure an upstream.`,
    );
  const kept = readTokens(path);
  const tokens: Record<string, string> =
    newAdmin === undefined ? { ...kept } : { ...kept, [newAdmin.operator]: newAdmin.token };
  for (const [operator, role] of PEOPLE) {
    const by = role === 'admin' ? 'portcullis' : ADMIN;
    tokens[operator] ??= (await operators.add({ operator, role, by })).token;
  }
  if (JSON.stringify(tokens) !== JSON.stringify(kept)) writeTokens(path, tokens);
  return tokens;
}

/** Empty where there are none, or what is there can not be read: all of them can be made anew. */
function readTokens(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function writeTokens(path: string, tokens: Readonly<Record<string, string>>): void {
  replaceFile(nodeFileSystem, `${path}.tmp`, path, utf8(`${JSON.stringify(tokens, null, 2)}\n`), 0o600);
}

export type PracticeOptions = {
  readonly dataDir: string;
  readonly server: Server;
  readonly tokens: Readonly<Record<string, string>>;
  readonly yes: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
};

/** Plays one rehearsal against the running server. */
export async function playRehearsal({
  dataDir,
  server,
  tokens,
  yes,
  screen,
  signal,
}: PracticeOptions): Promise<void> {
  const operator = (name: string): Operator => ({ name, token: tokens[name] ?? '' });
  await rehearse({
    gateUrl: server.gateUrl,
    adminUrl: server.adminUrl,
    dataDir,
    operators: {
      admin: operator(ADMIN),
      reviewers: [operator(REVIEWERS[0]), operator(REVIEWERS[1])],
      hearsAppeals: REVIEWERS[2],
    },
    run: nextRun(dataDir),
    seed: SEED,
    yes,
    screen,
    signal,
  });
}

/** Rehearsals on one directory are numbered, so that their accounts differ. */
function nextRun(dataDir: string): number {
  const path = join(dataDir, REHEARSALS_FILE);
  let earlier = 0;
  try {
    earlier = Number(readFileSync(path, 'utf8'));
  } catch {
    // None yet.
  }
  writeFileSync(path, String(earlier + 1));
  return earlier + 1;
}

/** Makes the account `you` and a key of it, for the person who looks. @returns the key's secret; undefined where there is that account already */
export async function issuePracticeKey(adminUrl: string, adminToken: string): Promise<string | undefined> {
  const admin = createAdminCalls(adminUrl, adminToken);
  try {
    await admin.post('/v1/accounts', { account: 'you' });
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
  return (await admin.post<{ secret: string }>('/v1/accounts/you/keys')).secret;
}
