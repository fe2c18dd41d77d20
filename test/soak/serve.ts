import { rmSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { loadConfig } from '../../packages/server/src/config/load-config.ts';
import { openServer } from '../../packages/server/src/start/open-server.ts';
import { VERSION } from '../../packages/server/src/version.ts';

// The server of a soak, in a process of its own, so that its figures are its own. Orders come over the channel to its parent.

/** To this process. */
export type SoakOrder = 'kill the ledger thread' | 'reload' | 'stop';
/** From it. */
export type SoakReport =
  | { readonly kind: 'serves'; readonly gateUrl: string; readonly adminUrl: string; readonly token: string }
  | { readonly kind: 'failed'; readonly reason: string };

const workers = new Map<Worker, string>();
process.on('worker', (worker) => {
  workers.set(worker, worker.threadName ?? '');
  worker.once('exit', () => workers.delete(worker));
});

const [folder = '.'] = process.argv.slice(2);
const load = () => loadConfig({ cwd: folder, env: {} }).config;
const say = (report: SoakReport): void => void process.send?.(report);
const server = await openServer({
  config: load(),
  version: VERSION,
  log: (level, event, fields) => {
    // One for each exchange that an outage refused would be too many.
    if (level === 'error' && event !== 'exchange.not_admitted')
      process.stderr.write(`${event} ${JSON.stringify(fields ?? {})}\n`);
  },
  loadConfig: load,
});
void server.failed.then((error) => say({ kind: 'failed', reason: error.message }));
process.on('message', (order: SoakOrder) => {
  if (order === 'reload') server.reload().catch((error: Error) => process.stderr.write(`${error.message}\n`));
  if (order === 'kill the ledger thread')
    for (const [worker, name] of workers) if (name === 'ledger') void worker.terminate();
  if (order === 'stop') void server.stop().then(() => process.exit(0));
});
// Without its parent nobody would stop it, or clean up.
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
const { gateUrl, adminUrl, newAdmin } = server;
say({ kind: 'serves', gateUrl, adminUrl, token: newAdmin?.token ?? '' });
