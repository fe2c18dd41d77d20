import { join } from 'node:path';
import { base64 } from '@portcullis/record';
import type { SnapshotChange } from '../accounts/account.ts';
import { type AccountDirectory, createAccountDirectory } from '../accounts/account-directory.ts';
import { createOperators, type IssuedToken, type Operators } from '../accounts/operators.ts';
import { systemRandom } from '../accounts/random.ts';
import type { LedgerStatus } from '../admin/route.ts';
import { type Cases, createCases } from '../cases/cases.ts';
import type { Config } from '../config/config.ts';
import { discardDetectorState } from '../detect/detector-state.ts';
import { discardPartialBundles } from '../evidence/bundle-folder.ts';
import type { Log } from '../gate/gate-ports.ts';
import { type Clock, systemClock } from '../seams/clock.ts';
import type { ServerError } from '../server-error.ts';
import { createAccountKeys } from './account-keys.ts';
import { createExporter } from './create-exporter.ts';
import { openAdmin } from './open-admin.ts';
import { type Detection, openDetector } from './open-detector.ts';
import { openHearing, openLinkKey } from './open-hearing.ts';
import { urlHost } from './url-host.ts';
import { openGates } from './open-gates.ts';
import { type LedgerSeams, openStorage, type Storage } from './open-storage.ts';
import { startProcessMetrics } from './process-metrics.ts';
import { recordPolicy } from './record-policy.ts';
import { createFaultRecorder } from './record-fault.ts';
import { openReports } from './open-reports.ts';
import { createReload, type Reloaded } from './reload-config.ts';
import { startRetention } from './start-retention.ts';
import { startWitnessing } from './start-witnessing.ts';
import { writeTlogPolicy } from '../evidence/tlog-policy.ts';
import { witnessMetrics } from '../witness/witnessing-status.ts';
import type { Witnessing } from '../witness/witnessing.ts';
import { surviveOutages } from './survive-outages.ts';

/** A whole Portcullis that serves. */
export type Server = {
  readonly gateUrl: string;
  readonly adminUrl: string;
  /** What links of accounts begin with; undefined where their page is not served. */
  readonly hearingUrl: string | undefined;
  readonly operators: Operators;
  /** The admin's token that this start made: the very first one, or one that was asked for. Only now is it known. */
  readonly newAdmin: IssuedToken | undefined;
  /** Resolves when it can not go on, with the reason; the caller then stops it. */
  readonly failed: Promise<ServerError>;
  /** Reads the settings again. @throws ServerError `bad-config`, `ledger-refused`: then nothing has changed */
  reload(): Promise<Reloaded>;
  /** Stops accepting, lets running exchanges finish, publishes, closes. Once is enough. */
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
  /** Make a further admin's token, for whoever lost theirs. */
  readonly newAdminToken?: boolean;
  /** Reads the settings again, for a reload. Left out, they can not be reloaded. */
  readonly loadConfig?: () => Config;
  /** For tests that make the disk fail. */
  readonly ledgerSeams?: LedgerSeams;
};

/** Accounts there is room for in the shared budget counters; 24 bytes each. */
const BUDGET_SLOTS = 262_144;
/** Once it can not go on, running exchanges can not be recorded any more either. */
const FAILED_DRAIN_MS = 2_000;

/** @throws ServerError where the directory, a port or a setting does not allow it to start */
export async function openServer(options: OpenServerOptions): Promise<Server> {
  const { config, version, log, onChecking, ledgerSeams = {} } = options;
  const clock = systemClock;
  const failed = Promise.withResolvers<ServerError>();
  let hasFailed = false;
  const onFailed = failed.resolve;
  void failed.promise.then(() => (hasFailed = true));
  const software = `portcullis ${version}`;
  const metrics = startProcessMetrics();
  const storage = await openStorage({ config, software, log, ledgerSeams, onChecking, onFailed });
  const people = openPeople(options, storage, clock, () => settings.running().contact);
  await people.directory.start();
  await people.cases.start();
  await recordPolicy(config, storage, clock);
  await discardPartialBundles(join(config.dataDir, 'bundles'));
  const recordFault = createFaultRecorder(storage, clock, log);
  const witnessing = startWitnessing(config, storage, clock, log, recordFault);
  const { directory, cases } = people;
  const shared = { config, storage, clock, log, recordFault };
  const gates = await openGates({
    ...shared,
    directory,
    budgetSlots: BUDGET_SLOTS,
    cosignedFor: witnessing.noteFor,
    processMetrics: async (gates) => (await metrics.text(gates)) + witnessMetrics(witnessing.status()),
  });
  people.publishTo((changes) => gates.apply(changes));
  // What changed while the threads started; twice does no harm.
  gates.apply(directory.snapshot());
  const detector = openDetector(shared);
  metrics.watch(storage, detector);
  const stopSurviving = surviveOutages({ storage, gates, directory, cases, log });
  const settings = openSettings(options, storage, clock, (changed) => gates.configure(changed));
  const opened = Promise.withResolvers<void>();
  const hearing = await openHearing({ ...shared, cases, cosignedFor: witnessing.noteFor });
  const basics = { clock, version, log, opened: opened.promise, reload: settings.reload };
  const admin = openAdmin(config, storage, {
    ...people,
    ...basics,
    reports: await openReports(storage, clock, software, settings.running),
    hearingUrl: () => hearing?.url,
    ledgerStatus: () => ledgerStatus(config, storage, detector, witnessing),
    exportCase: createExporter({ config, storage, witnessing, version, clock }),
  });
  const { port } = await admin.listen();
  // Last, once nothing can refuse the start any more: a token that is made and never shown would lock everybody out.
  const newAdmin = await people.operators.bootstrapOperators(options.newAdminToken);
  opened.resolve();
  const stop = async (): Promise<void> => {
    const { drainTimeoutMs } = settings.running().gate;
    await gates.drain(hasFailed ? Math.min(drainTimeoutMs, FAILED_DRAIN_MS) : drainTimeoutMs);
    stopSurviving();
    settings.stop();
    await admin.close();
    await hearing?.close();
    await detector?.stop();
    cases.stop();
    directory.stop();
    await witnessing.stop();
    await storage.close();
    metrics.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    gateUrl: `http://${urlHost(config.gate.host)}:${gates.port}`,
    hearingUrl: hearing?.url,
    adminUrl: `http://${urlHost(config.admin.host)}:${port}`,
    operators: people.operators,
    newAdmin,
    failed: failed.promise,
    reload: settings.reload,
    stop: () => (stopped ??= stop()),
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
  { appender, store, vault, fs }: Storage,
  clock: Clock,
  contact: () => string,
): People {
  let publish = (_changes: readonly SnapshotChange[]): void => {};
  const directory = createAccountDirectory({
    appender,
    store,
    // The detector does the same when it reads of the erasure; nobody who was told of it must find the state until then.
    vaultKeys: createAccountKeys(vault, () => discardDetectorState(fs, config.dataDir)),
    budgetSlots: BUDGET_SLOTS,
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
    settings: config.cases,
    contact,
    linkKey: openLinkKey(fs, config.dataDir),
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

/** The settings that rule now, and what works by them besides the gates. */
function openSettings(
  { config, log, loadConfig }: OpenServerOptions,
  storage: Storage,
  clock: Clock,
  configureGates: (config: Config) => void,
) {
  let running = config;
  const retain = () => startRetention({ config: running, storage, fs: storage.fs, clock, log });
  let retention = retain();
  const reload = createReload({
    load: loadConfig ?? (() => running),
    running: () => running,
    record: (wanted) => recordPolicy(wanted, storage, clock),
    apply(wanted) {
      const another = wanted.vault.retentionDays !== running.vault.retentionDays;
      running = wanted;
      configureGates(running);
      if (!another) return;
      retention.stop();
      retention = retain();
    },
  });
  return { reload, running: () => running, stop: () => retention.stop() };
}

function ledgerStatus(
  config: Config,
  { reader, store, thread }: Storage,
  detector: Detection | undefined,
  witnessing: Witnessing,
): LedgerStatus {
  const published = reader.published();
  return {
    size: thread.durableSize,
    publishedSize: published?.checkpoint.size ?? 0,
    root: published === undefined ? '' : base64(published.checkpoint.root),
    origin: config.ledger.origin,
    followers: {
      projections: store.position,
      ...(detector === undefined ? {} : { detector: detector.position }),
    },
    vkeys: thread.vkeys,
    tlogPolicy: writeTlogPolicy(thread.vkeys, config),
    witnessing: witnessing.status(),
    guarantee: detector?.guarantee ?? null,
  };
}
