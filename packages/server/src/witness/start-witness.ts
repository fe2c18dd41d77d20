import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type NoteVerifier, SIGNATURE_TYPE } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { Clock } from '../seams/clock.ts';
import { makeDirectories, syncDirectory } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { enterWitnessHome, holdWitnessHome } from './witness-home.ts';
import { openWitnessKeys, type WitnessKeys } from './witness-keys.ts';
import {
  createWitnessServer,
  WITNESS_LIMITS,
  type WitnessEvent,
  type WitnessLimits,
} from './witness-server.ts';
import type { KnownLogs } from './witness-state.ts';
import { openWitnessStore, type SplitView, type WitnessStore } from './witness-store.ts';

/** Logs that one witness follows. */
const LOGS_MAX = 1_000;
/** Bytes of a name: it is length-prefixed in what ML-DSA-44 signs. */
const NAME_BYTES_MAX = 255;

export type WitnessOptions = {
  /** Such as `witness-data`; made with mode 0700. Never restore an older copy of it: the witness would sign a past twice. */
  readonly dataDir: string;
  readonly fs: FileSystem;
  /** A URL without its scheme, such as `witness.example.org/w1`. It can not be changed later. */
  readonly name: string;
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
  /** Verifier keys of the logs, `name+hash+base64`; the name is the log's origin. A log may have several keys. */
  readonly logs: readonly string[];
  readonly clock: Clock;
  /** Whether an ML-DSA-44 cosignature (0x06) is given beside the Ed25519 one (0x04). Default: true. */
  readonly mlDsa44?: boolean;
  /** Whether no other witness may run on the folder at the same time. Default: false; what is cosigned stays one history all the same. */
  readonly exclusive?: boolean;
  readonly limits?: Partial<WitnessLimits>;
  readonly report?: (event: WitnessEvent) => void;
};

export type RunningWitness = {
  /** Submission prefix: `add-checkpoint` is below it. */
  readonly url: string;
  /** Verifier keys of the cosignatures that are given. */
  readonly vkeys: readonly string[];
  /** The logs it follows. */
  readonly origins: readonly string[];
  /** Proofs that a log showed two histories: both notes, signed by it. */
  splitViews(origin: string): SplitView[];
  close(): Promise<void>;
};

/**
 * Opens or makes a witness and listens.
 * @throws ServerError `bad-config` (a name, a key, a file mode), `conflict` (its memory is missing or older, or another runs here),
 *   `port-in-use`; RecordError `bad-key`
 */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { name, clock, report = () => {} } = options;
  const logs = readLogs(options.logs);
  const { store, keys, close: closeFolder } = openWitnessFolder(options);
  try {
    const limits = { ...WITNESS_LIMITS, ...options.limits };
    const server = createWitnessServer({ name, logs, store, keys, clock, limits, report });
    await listen(server, options.host, options.port);
    const { address, port, family } = server.address() as AddressInfo;
    return {
      url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
      vkeys: keys.vkeys,
      origins: [...logs.keys()],
      splitViews: store.splitViews,
      async close() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
        closeFolder();
      },
    };
  } catch (error) {
    closeFolder();
    throw error;
  }
}

export type WitnessFolder = {
  readonly store: WitnessStore;
  readonly keys: WitnessKeys;
  close(): void;
};

/**
 * Opens a witness's folder, or makes it: keys and memory.
 * @throws ServerError `bad-config`, `conflict`; RecordError `bad-key`
 */
export function openWitnessFolder(
  options: Pick<WitnessOptions, 'dataDir' | 'fs' | 'name' | 'mlDsa44' | 'exclusive'>,
): WitnessFolder {
  const { dataDir, fs, name, mlDsa44 = true, exclusive = false } = options;
  if (name === '' || /[\s+]/u.test(name) || Buffer.byteLength(name) > NAME_BYTES_MAX)
    throw new ServerError('bad-config', 'A witness name is 1 to 255 bytes without spaces and plus signs.');
  makeDirectories(fs, dataDir, 0o700);
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const each of opened.splice(0).toReversed()) each.close();
  };
  try {
    if (exclusive) opened.push(holdWitnessHome(dataDir));
    const store = openWitnessStore(join(dataDir, 'witness.sqlite'));
    opened.push(store);
    // SQLite syncs what is in its files; that the files are there at all is made durable here.
    syncDirectory(fs, dataDir);
    enterWitnessHome(fs, dataDir, name, store);
    const dir = join(dataDir, 'keys');
    return { store, keys: openWitnessKeys({ dir, fs, name, create: store.isEmpty(), mlDsa44 }), close };
  } catch (error) {
    close();
    throw error;
  }
}

function readLogs(vkeys: readonly string[]): KnownLogs {
  if (vkeys.length > LOGS_MAX)
    throw new ServerError('bad-config', `A witness follows at most ${LOGS_MAX} keys.`);
  const logs = new Map<string, NoteVerifier[]>();
  for (const vkey of vkeys) {
    const verifier = createVerifier(vkey);
    // 0x04 is what witnesses sign with; a log's own signature says something else.
    if (verifier.type === SIGNATURE_TYPE.ed25519Cosignature)
      throw new ServerError(
        'bad-config',
        `The key of ${verifier.name} is a witness's (type 0x04), not a log's.`,
      );
    logs.set(verifier.name, [...(logs.get(verifier.name) ?? []), verifier]);
  }
  return logs;
}

function listen(server: ReturnType<typeof createWitnessServer>, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new ServerError('port-in-use', `Port ${port} is taken; choose another for the witness.`, {
              cause: error,
            })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}
