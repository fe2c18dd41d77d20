import { rmSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { loadConfig } from '../../packages/server/src/config/load-config.ts';
import { openServer } from '../../packages/server/src/start/open-server.ts';
import { createFaults, type Fault } from '../../packages/server/src/start/test/faults.ts';
import { liveBytes, ownLiveBytes } from '../../packages/server/src/test/live-bytes.ts';
import { VERSION } from '../../packages/server/src/version.ts';
import { stepClock } from './stepped-clock.ts';

// The server of a soak, in a process of its own, so that its figures are its own. Orders come over the channel to its parent.

/** To this process. */
export type SoakOrder =
  | { readonly kind: 'kill the ledger thread' | 'reload' | 'tell what lives' | 'stop' }
  | { readonly kind: 'step the clock'; readonly ms: number }
  /** Of calls of the ledger's thread; only where it was started with `made`. */
  | { readonly kind: 'fault'; readonly fault: Fault };
/** From it. */
export type SoakReport =
  | { readonly kind: 'serves'; readonly gateUrl: string; readonly adminUrl: string; readonly token: string }
  /** Bytes by the kind of thread, after a garbage collection. */
  | { readonly kind: 'lives'; readonly bytes: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly reason: string };

const workers = new Map<Worker, string>();
process.on('worker', (worker) => {
  workers.set(worker, worker.threadName ?? '');
  worker.once('exit', () => workers.delete(worker));
});

const [folder = '.', disk] = process.argv.slice(2);
const load = () => loadConfig({ cwd: folder, env: {} }).config;
const say = (report: SoakReport): void => void process.send?.(report);
const faults = disk === 'made' ? createFaults() : undefined;
const entry = new URL('../../packages/server/src/start/test/faulty-ledger-thread.ts', import.meta.url);
const server = await openServer({
  config: load(),
  version: VERSION,
  log: (level, event, fields) => {
    // One for each exchange that an outage refused would be too many.
    if (level === 'error' && event !== 'exchange.not_admitted')
      process.stderr.write(`${event} ${JSON.stringify(fields ?? {})}\n`);
  },
  loadConfig: load,
  ...(faults === undefined ? {} : { ledgerSeams: { entry } }),
});
void server.failed.then((error) => say({ kind: 'failed', reason: error.message }));

async function tellWhatLives(): Promise<void> {
  const bytes: Record<string, number> = {};
  const add = (name: string, count: number): void => void (bytes[name] = (bytes[name] ?? 0) + count);
  add('main', await ownLiveBytes());
  for (const [worker, name] of workers) add(name, await liveBytes(worker));
  say({ kind: 'lives', bytes });
}

process.on('message', (order: SoakOrder) => {
  if (order.kind === 'reload')
    server.reload().catch((error: Error) => process.stderr.write(`${error.message}\n`));
  if (order.kind === 'kill the ledger thread')
    for (const [worker, name] of workers) if (name === 'ledger') void worker.terminate();
  if (order.kind === 'step the clock') stepClock(order.ms);
  if (order.kind === 'fault') faults?.set(order.fault);
  if (order.kind === 'tell what lives') void tellWhatLives();
  if (order.kind === 'stop') void server.stop().then(() => process.exit(0));
});
// Without its parent nobody would stop it, or clean up.
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
const { gateUrl, adminUrl, newAdmin } = server;
say({ kind: 'serves', gateUrl, adminUrl, token: newAdmin?.token ?? '' });
