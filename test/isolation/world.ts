import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../packages/server/src/config/load-config.ts';
import { openServer, type Server } from '../../packages/server/src/start/open-server.ts';
import { ALLOWED_PATH } from './expectations.ts';
import { type EchoUpstream, startEchoUpstream } from './echo-upstream.ts';

/** What the upstreams' keys are; no caller and no person is ever told. */
export const UPSTREAM_KEYS = ['sk-upstream-openai-4f1d9b', 'sk-upstream-anthropic-77ac02'] as const;
const PUBLISH_MS = 10;

export type World = {
  readonly server: Server;
  readonly upstream: EchoUpstream;
  readonly dataDir: string;
  /** Everything that was logged, one event a line. */
  readonly logs: string[];
  close(): Promise<void>;
};

/** The whole server, threads and all, before an upstream that echoes; a campaign of three is found after few exchanges. */
export async function openIsolationWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-isolation-'));
  const upstream = await startEchoUpstream();
  const { config } = loadConfig({
    cwd: dataDir,
    env: { OPENAI_API_KEY: UPSTREAM_KEYS[0], ANTHROPIC_API_KEY: UPSTREAM_KEYS[1] },
  });
  const logs: string[] = [];
  const server = await openServer({
    version: 'test',
    log: (level, event, fields) => void logs.push(JSON.stringify({ level, event, ...fields })),
    config: {
      ...config,
      dataDir,
      gate: { ...config.gate, port: 0, workers: 1, allowPaths: [ALLOWED_PATH] },
      admin: { ...config.admin, port: 0 },
      cases: { ...config.cases, undoSeconds: 0 },
      ledger: { ...config.ledger, publishIntervalMs: PUBLISH_MS },
      upstreams: config.upstreams.map((each) => ({ ...each, baseUrl: upstream.url })),
      standing: { ...config.standing, slow: { ...config.standing.slow, delayMs: 0 } },
      detection: {
        ...config.detection,
        thresholds: { minAccounts: 3, minExchanges: 9, minMemberExchanges: 3 },
      },
    },
  });
  return {
    server,
    upstream,
    dataDir,
    logs,
    async close() {
      await server.stop();
      await upstream.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
