import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, UpstreamConfig } from '../config/config.ts';
import { type Operator, rehearse } from '../practice/rehearsal/rehearsal.ts';
import type { Screen } from '../practice/rehearsal/screen.ts';
import { createPracticeUpstream, type PracticeUpstream } from '../practice/upstream/server.ts';
import { ServerError } from '../server-error.ts';
import type { Server } from './open-server.ts';

// Practice mode: no model provider is configured, so an upstream of our own answers, and a rehearsal shows the main job.

/** Two people, since one may not hold accounts alone, and a third for appeals against the two. */
const REVIEWERS = ['ada', 'grace', 'hana'] as const;
const AUDITOR = 'iris';
const TOKENS_FILE = 'practice-operators.json';
const REHEARSALS_FILE = 'practice-rehearsals';
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
  return { config: { ...config, upstreams }, upstream };
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

/** Tokens of the practice operators by name, made at the first start and kept for commands on this machine (mode 0600). */
export async function practiceOperators(dataDir: string, server: Server): Promise<Record<string, string>> {
  const path = join(dataDir, TOKENS_FILE);
  const { firstAdmin, operators } = server;
  if (firstAdmin === undefined) {
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    throw new ServerError(
      'conflict',
      `${dataDir} holds a ledger that was not made in practice mode. Choose another folder with --data, or configure an upstream.`,
    );
  }
  const tokens: Record<string, string> = { [firstAdmin.operator]: firstAdmin.token };
  for (const operator of REVIEWERS)
    tokens[operator] = (await operators.add({ operator, role: 'reviewer', by: firstAdmin.operator })).token;
  tokens[AUDITOR] = (
    await operators.add({ operator: AUDITOR, role: 'auditor', by: firstAdmin.operator })
  ).token;
  writeFileSync(path, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  return tokens;
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
      admin: operator('admin'),
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
