import { dirname, join } from 'node:path';
import { createEntry, type Entry } from '@portcullis/record';
import type { WitnessConfig, WitnessingConfig } from '../../config/config.ts';
import type { Log } from '../../gate/gate-ports.ts';
import { createLedgerReader, type LedgerReader } from '../../ledger/ledger-reader.ts';
import { prepareEntry } from '../../ledger/ledger-writer.ts';
import { createTestLedger, numberedEntry, type TestLedger } from '../../ledger/test-ledger.ts';
import { systemClock } from '../../seams/clock.ts';
import { listFiles, makeDirectories, readFile, writeImmutable } from '../../seams/durable-files.ts';
import { createWitnessedFiles } from '../witnessed-files.ts';
import { createWitnessing, type Witnessing } from '../witnessing.ts';

type Context = { after(fn: () => unknown): void };

export const FAST: WitnessingConfig = {
  quorum: 'all',
  intervalMs: 20,
  timeoutMs: 2_000,
  retryMaxMs: 40,
  recordIntervalMs: 3_600_000,
};

/** A real ledger in memory that publishes each entry at once, and what asks its witnesses. */
export type WitnessedLedger = {
  readonly ledger: TestLedger;
  readonly reader: LedgerReader;
  readonly vkeys: readonly [string, string];
  readonly witnessing: Witnessing;
  readonly logged: string[];
  append(entry?: Entry): Promise<{ index: number; leafHash: Uint8Array }>;
  /** Entries of one type, in order. */
  entriesOf<T extends Entry['type']>(type: T): Extract<Entry, { type: T }>[];
  size(): number;
  close(): Promise<void>;
};

/** In two steps, as a witness has to know the ledger's keys and the ledger the witness's. */
export function openWitnessedLedger(
  t: Context,
  options: { readonly ledger?: TestLedger; readonly pace?: Partial<WitnessingConfig> } = {},
) {
  const ledger = options.ledger ?? createTestLedger();
  const writer = ledger.open();
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  let closed = false;
  const close = async (witnessing?: Witnessing): Promise<void> => {
    if (closed) return;
    closed = true;
    await witnessing?.stop();
    writer.close();
  };
  t.after(() => close());
  return {
    vkeys: writer.keys.vkeys,
    follow(witnesses: readonly WitnessConfig[]): WitnessedLedger {
      const logged: string[] = [];
      const log: Log = (level, event, fields) =>
        void logged.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`);
      const append: WitnessedLedger['append'] = async (entry = numberedEntry(writer.size)) => {
        const prepared = prepareEntry(entry);
        const index = writer.commit([prepared]);
        writer.publish();
        witnessing.poke();
        return { index, leafHash: prepared.leafHash };
      };
      const witnessing: Witnessing = createWitnessing({
        witnesses,
        pace: { ...FAST, ...options.pace },
        reader,
        append: ({ entry }) => append(entry),
        recordAlarm: (detail) =>
          void append(createEntry('fault', Date.now(), { kind: 'witness', detail: detail.slice(0, 600) })),
        files: createWitnessedFiles(ledger.dataDir, ledger.disk),
        clock: systemClock,
        log,
      });
      t.after(() => close(witnessing));
      witnessing.poke();
      return {
        ledger,
        reader,
        vkeys: writer.keys.vkeys,
        witnessing,
        logged,
        append,
        entriesOf: (type) =>
          [...reader.entries(0)]
            .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as Entry)
            .filter((entry): entry is never => entry.type === type),
        size: () => writer.size,
        close: () => close(witnessing),
      };
    },
  };
}

export function noteEntry(text: string): Entry {
  return createEntry('account.created', Date.UTC(2026, 0, 1), { account: text, by: 'portcullis' });
}

/** The same disk once more: the same keys, lock and entries. */
export function copyLedger(from: TestLedger): TestLedger {
  const to = createTestLedger();
  for (const path of listFiles(from.disk, from.dataDir)) {
    const full = join(from.dataDir, path);
    makeDirectories(to.disk, dirname(full));
    const bytes = readFile(from.disk, full) ?? new Uint8Array(0);
    writeImmutable(to.disk, `${full}.copy`, full, bytes, from.disk.stat(full)?.mode);
  }
  for (const [origin, note] of from.locks.notes) to.locks.notes.set(origin, note);
  return to;
}
