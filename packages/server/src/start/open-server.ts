import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { base64, createEntry } from '@portcullis/record';
import type { SnapshotChange } from '../accounts/account.ts';
import { type AccountDirectory, createAccountDirectory } from '../accounts/account-directory.ts';
import { createOperators, type IssuedToken, type Operators } from '../accounts/operators.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import type { LedgerStatus } from '../admin/route.ts';
import { type Cases, createCases } from '../cases/cases.ts';
import { systemRandom } from '../accounts/random.ts';
import type { Config } from '../config/config.ts';
import { discardDetectorState } from '../detect/detector-state.ts';
import { findingId, recordFinding } from '../detect/record-finding.ts';
import { type DetectorThread, startDetectorThread } from '../detect/start-detector-thread.ts';
import { discardPartialBundles } from '../evidence/bundle-folder.ts';
import { createBudgetMemory, createBudgets } from '../gate/budgets.ts';
import type { Log } from '../gate/gate-ports.ts';
import { type GateThreads, startGateThreads } from '../gate/start-gate-threads.ts';
import { serveReceipts } from '../ledger/receipt-port.ts';
import { createReceiptSource } from '../ledger/receipts.ts';
import { readFinding } from '../projections/findings-projection.ts';
import { readUsageOfDay } from '../projections/exchanges-projection.ts';
import { type Clock, systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { createAccountKeys } from './account-keys.ts';
import { createExporter } from './create-exporter.ts';
import { recordPolicy } from './record-policy.ts';
import { openStorage, type Storage } from './open-storage.ts';
import { startRetention } from './start-retention.ts';
import { startWitnessing } from './start-witnessing.ts';
import { writeTlogPolicy } from '../evidence/tlog-policy.ts';
import { witnessMetrics } from '../witness/witnessing-status.ts';
import type { Witnessing } from '../witness/witnessing.ts';

/** A whole Portcullis that serves. */
export type Server = {
  readonly gateUrl: string;
  readonly adminUrl: string;
  readonly operators: Operators;
  /** The first admin's token; only at the very first start, and only then known. */
  readonly firstAdmin: IssuedToken | undefined;
  /** Resolves when it can not go on, with the reason; the caller then stops it. */
  readonly failed: Promise<string>;
  /** Stops accepting, lets running exchanges finish, publishes, closes. */
  stop(): Promise<void>;
};

export type OpenServerOptions = {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  /** Told now and then how many of the ledger's entries a start has checked. */
  readonly onChecking?: (checked: number, total: number) => void;
  /** Go on without data keys that are gone from the vault, and record it. */
  readonly declareKeysLost?: boolean;
};

/** Accounts there is room for in the shared budget counters; 24 bytes each. */
const BUDGET_SLOTS = 262_144;

/** @throws ServerError where the directory, a port or a setting does not allow it to start */
export async function openServer(options: OpenServerOptions): Promise<Server> {
  const { config, version, log, onChecking } = options;
  const clock = systemClock;
  const storage = await openStorage(config, `portcullis ${version}`, log, onChecking);
  const failed = Promise.withResolvers<string>();
  storage.thread.onStopped((error) => failed.resolve(error.message));
  const people = openPeople(options, storage, clock);
  await people.directory.start();
  await people.cases.start();
  const firstAdmin = await people.operators.bootstrapOperators();
  await recordPolicy(config, storage, clock);
  await discardPartialBundles(join(config.dataDir, 'bundles'));
  const witnessing = startWitnessing(config, storage, clock, log);
  const gates = await openGates(config, storage, people, witnessing, log);
  const detector = openDetector(config, storage, clock, log);
  const retention = startRetention({ config, storage, fs: nodeFileSystem, clock, log });
  const admin = createAdminServer({
    ...people,
    store: storage.store,
    appender: storage.appender,
    clock,
    version,
    log,
    host: config.admin.host,
    port: config.admin.port,
    ledgerStatus: () => ledgerStatus(config, storage, detector, witnessing),
    exportCase: createExporter({ config, storage, witnessing, version, clock }),
  });
  const { port } = await admin.listen();
  return {
    gateUrl: `http://${urlHost(config.gate.host)}:${gates.port}`,
    adminUrl: `http://${urlHost(config.admin.host)}:${port}`,
    operators: people.operators,
    firstAdmin,
    failed: failed.promise,
    async stop() {
      await gates.drain(config.gate.drainTimeoutMs);
      retention.stop();
      await admin.close();
      await detector?.stop();
      people.cases.stop();
      people.directory.stop();
      await witnessing.stop();
      await storage.close();
    },
  };
}

type People = {
  readonly directory: AccountDirectory;
  readonly operators: Operators;
  readonly cases: Cases;
  /** Says who hears of changes to the snapshot from now on. */
  publishTo(listener: (changes: readonly SnapshotChange[]) => void): void;
};

function openPeople(
  { config, log, declareKeysLost = false }: OpenServerOptions,
  { appender, store, vault }: Storage,
  clock: Clock,
): People {
  let publish = (_changes: readonly SnapshotChange[]): void => {};
  const directory = createAccountDirectory({
    appender,
    store,
    vaultKeys: createAccountKeys(vault),
    budgetSlots: BUDGET_SLOTS,
    defaultLimits: config.limits,
    clock,
    random: systemRandom,
    declareKeysLost,
    publish: (changes) => publish(changes),
  });
  const operators = createOperators({ appender, store, clock, random: systemRandom });
  const cases = createCases({
    appender,
    store,
    clock,
    random: systemRandom,
    directory,
    vault,
    onReactorError: (error) =>
      log('error', 'cases.reactor_failed', { reason: error instanceof Error ? error.message : 'unknown' }),
  });
  return {
    directory,
    operators,
    cases,
    publishTo(listener) {
      publish = listener;
    },
  };
}

async function openGates(
  config: Config,
  storage: Storage,
  people: People,
  witnessing: Witnessing,
  log: Log,
): Promise<GateThreads> {
  const { thread, reader, vault, store } = storage;
  const budgetMemory = createBudgetMemory(BUDGET_SLOTS);
  seedBudgets(budgetMemory, people.directory, store.db);
  const source = createReceiptSource({
    reader,
    vault,
    durableSize: () => thread.durableSize,
    cosignedFor: witnessing.noteFor,
  });
  const connectReceipts = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    serveReceipts(port1, source, () => log('error', 'receipt.failed'));
    return port2;
  };
  const gates = await startGateThreads({
    config,
    appenderLimits: config.ledger,
    connectLedger: () => thread.connect(),
    connectReceipts,
    budgetMemory,
    snapshot: () => people.directory.snapshot(),
    log,
    furtherMetrics: () => witnessMetrics(witnessing.status()),
    onThreadLost(reason) {
      const detail = `A gate thread ended unasked and was started anew; its running exchanges were cut: ${reason}`;
      const entry = createEntry('fault', systemClock.now(), {
        kind: 'gap',
        detail: detail.slice(0, 600).toWellFormed(),
      });
      storage.appender.append({ entry }).catch(() => log('error', 'gate.fault_not_recorded'));
    },
  });
  people.publishTo((changes) => gates.apply(changes));
  // What changed while the threads started went nowhere; all of it again does no harm.
  gates.apply(people.directory.snapshot());
  return gates;
}

/** A budget of a day goes on after a restart: what the ledger shows for today is taken off. */
function seedBudgets(
  memory: SharedArrayBuffer,
  directory: AccountDirectory,
  db: Storage['store']['db'],
): void {
  const now = systemClock.now();
  const budgets = createBudgets(memory);
  const used = readUsageOfDay(db, now);
  for (const change of directory.snapshot()) {
    const tokens = change.kind === 'account' ? used.get(change.account.account) : undefined;
    if (change.kind === 'account' && tokens !== undefined) budgets.seed(change.account.slot, tokens, now);
  }
}

function openDetector(config: Config, storage: Storage, clock: Clock, log: Log): DetectorThread | undefined {
  if (!config.detection.enabled) {
    discardDetectorState(nodeFileSystem, config.dataDir);
    return undefined;
  }
  const { appender, store, thread } = storage;
  const recordFault = (detail: string): void => {
    const entry = createEntry('fault', clock.now(), { kind: 'detector', detail: detail.slice(0, 600) });
    appender.append({ entry }).catch(() => log('error', 'detector.fault_not_recorded'));
  };
  const failure = (reason: string): void => {
    log('error', 'detector.stopped', { reason });
    recordFault(`Detection has stopped: ${reason}`);
  };
  const detector = startDetectorThread({
    data: { dataDir: config.dataDir, vault: config.vault, detection: config.detection },
    onFinding(finding, ledgerSize) {
      if (readFinding(store.db, findingId(finding)) !== undefined) return;
      recordFinding(finding, ledgerSize, appender, clock).catch((error: unknown) =>
        failure(`a finding could not be recorded (${error instanceof Error ? error.name : 'unknown'})`),
      );
    },
    onContentLost(index) {
      log('error', 'detector.content_lost', { entry: index });
      recordFault(
        `The vault can not give the content of entry ${index}; detection goes on without it and without any like it. Run fsck.`,
      );
    },
    onFailed: failure,
  });
  thread.onPublished(() => detector.poke());
  return detector;
}

async function ledgerStatus(
  config: Config,
  storage: Storage,
  detector: DetectorThread | undefined,
  witnessing: Witnessing,
): Promise<LedgerStatus> {
  const published = storage.reader.published();
  const stats = await storage.thread.stats();
  return {
    size: stats.size,
    publishedSize: published?.checkpoint.size ?? 0,
    root: published === undefined ? '' : base64(published.checkpoint.root),
    origin: config.ledger.origin,
    followers: {
      projections: storage.store.position,
      ...(detector === undefined ? {} : { detector: detector.position }),
    },
    vkeys: storage.thread.vkeys,
    tlogPolicy: writeTlogPolicy(storage.thread.vkeys, config),
    witnessing: witnessing.status(),
  };
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
