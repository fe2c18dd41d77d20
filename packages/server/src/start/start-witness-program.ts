import { join } from 'node:path';
import { RecordError } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { WitnessProgramConfig } from '../config/witness-config.ts';
import type { Log } from '../gate/gate-ports.ts';
import { systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { ServerError } from '../server-error.ts';
import { openWitnessFolder, type RunningWitness, startWitness } from '../witness/start-witness.ts';
import { readWitnessHome } from '../witness/witness-home.ts';
import type { WitnessEvent } from '../witness/witness-server.ts';
import { openWitnessStore, type SplitView } from '../witness/witness-store.ts';

/**
 * Opens the configured witness and listens. What happens goes to the log; nothing in it is secret.
 * @throws ServerError as `startWitness` does
 */
export async function startWitnessProgram(config: WitnessProgramConfig, log: Log): Promise<RunningWitness> {
  checkLogKeys(config.logs);
  return startWitness({
    ...config,
    name: nameOf(config),
    fs: nodeFileSystem,
    clock: systemClock,
    exclusive: true,
    report: (event) => logEvent(log, event),
  });
}

/** @throws ServerError `bad-config` that names the key */
function checkLogKeys(vkeys: readonly string[]): void {
  for (const vkey of vkeys) {
    try {
      createVerifier(vkey);
    } catch (cause) {
      if (!(cause instanceof RecordError)) throw cause;
      throw new ServerError(
        'bad-config',
        `The key ${vkey.slice(0, 60)}… of a log is wrong: ${cause.message} Ask its operator for what "portcullis ledger vkeys" prints.`,
        { cause },
      );
    }
  }
}

/** Makes the keys where there are none. @returns the verifier keys @throws ServerError as `startWitness` does */
export function openWitnessKeysOnce(config: WitnessProgramConfig): readonly string[] {
  const folder = openWitnessFolder({ ...config, name: nameOf(config), fs: nodeFileSystem, exclusive: true });
  folder.close();
  return folder.keys.vkeys;
}

/** The kept proofs that logs showed two histories, by origin. It works beside a running witness. */
export function readSplitViews(dataDir: string): { readonly origin: string; readonly views: SplitView[] }[] {
  if (readWitnessHome(nodeFileSystem, dataDir) === undefined)
    throw new ServerError('not-found', `${dataDir} is no witness's folder.`);
  const store = openWitnessStore(join(dataDir, 'witness.sqlite'));
  try {
    return store.splitOrigins().map((origin) => ({ origin, views: store.splitViews(origin) }));
  } finally {
    store.close();
  }
}

/** What the settings say, or else what the folder says of itself. */
function nameOf({ name, dataDir }: WitnessProgramConfig): string {
  const known = name ?? readWitnessHome(nodeFileSystem, dataDir)?.name;
  if (known !== undefined) return known;
  throw new ServerError(
    'bad-config',
    'A witness needs a name: a URL without its scheme, such as witness.example.org/one. Run: portcullis witness init --name NAME',
  );
}

function logEvent(log: Log, event: WitnessEvent): void {
  switch (event.event) {
    case 'cosigned':
      return log('info', 'witness.cosigned', { origin: event.origin, size: event.size });
    case 'refused':
      return log('warn', 'witness.refused', { reason: event.reason });
    case 'split-view':
      return log('error', 'witness.split_view', { origin: event.origin });
    case 'forgot':
      return log('error', 'witness.forgot', { origin: event.origin });
    case 'failed':
      return log('error', 'witness.failed', {
        reason: event.error instanceof Error ? event.error.message : 'unknown',
      });
  }
}
