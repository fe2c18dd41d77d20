import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Program, type Programs, waitFor } from './programs.ts';
import type { Target } from './targets.ts';

const BIN = resolve(import.meta.dirname, '../../packages/server/bin/portcullis.js');
const NODE_OPTIONS = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];

/**
 * The whole program as an operator starts it, on the disk that temporary files lie on: every thread, the ledger with its fsyncs, the vault, the
 * detector; one account with one key. Only its limits are lifted, as one account does all the work here.
 * @param nodeOptions such as `--cpu-prof`
 */
export async function startPortcullis(
  programs: Programs,
  upstreamPort: number,
  nodeOptions: readonly string[] = [],
): Promise<Target & { readonly dataDir: string; readonly program: Program }> {
  const folder = programs.folder();
  const dataDir = join(folder, 'portcullis-data');
  const upstream = {
    name: 'bench',
    shape: 'openai',
    baseUrl: `http://127.0.0.1:${upstreamPort}`,
    apiKey: 'key',
  };
  const settings = {
    upstreams: [upstream],
    gate: { port: 0, workers: 1 },
    admin: { port: 0 },
    limits: { requestsPerMinute: 1e9, tokensPerMinute: 6e10 },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'portcullis.yaml'), JSON.stringify(settings));
  const args = [...NODE_OPTIONS, ...nodeOptions, BIN, 'start'];
  const program = programs.start(process.execPath, args, { cwd: folder });
  const run = join(dataDir, 'run.json');
  await waitFor(program, () => existsSync(run) && /PORTCULLIS_TOKEN=\S+\n/.test(program.output()), 30_000);
  const { gateUrl, adminUrl } = JSON.parse(readFileSync(run, 'utf8')) as Record<string, string>;
  const token = /PORTCULLIS_TOKEN=(\S+)/.exec(program.output())?.[1] ?? '';
  const secret = await createKey(adminUrl as string, token);
  return {
    port: Number(new URL(gateUrl as string).port),
    headers: { authorization: `Bearer ${secret}` },
    pid: program.pid,
    version: `Node ${process.versions.node}`,
    dataDir,
    program,
  };
}

async function createKey(adminUrl: string, token: string): Promise<string> {
  const response = await fetch(`${adminUrl}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ account: 'bench', key: true }),
  });
  if (!response.ok) throw new Error(`No account could be made: ${await response.text()}`);
  return ((await response.json()) as { secret: string }).secret;
}
