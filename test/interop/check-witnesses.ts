import { base64, openNote } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { systemClock } from '../../packages/server/src/seams/clock.ts';
import { nodeFileSystem } from '../../packages/server/src/seams/file-system-node.ts';
import {
  type Collected,
  collectCosignatures,
} from '../../packages/server/src/witness/collect-cosignatures.ts';
import { type RunningWitness, startWitness } from '../../packages/server/src/witness/start-witness.ts';
import { createTestLog } from '../../packages/server/src/witness/test/test-log.ts';
import type { GoProgram } from './go-program.ts';
import type { OurLedger } from './our-ledger.ts';
import type { Case, Judged, Recorder } from './outcomes.ts';

const WITNESS = 'github.com/transparency-dev/witness';

export function startOurWitness(dataDir: string, logs: readonly string[]): Promise<RunningWitness> {
  return startWitness({
    dataDir,
    fs: nodeFileSystem,
    name: 'witness.example/ours',
    host: '127.0.0.1',
    port: 0,
    logs,
    clock: systemClock,
  });
}

type TheirCheckpoint = {
  readonly note: string;
  readonly vkey: string;
  readonly size: number;
  readonly hashes: string[];
};

/** A log and a client that others wrote, at our witness. */
export async function checkTheirClient(go: GoProgram, folder: string, table: Recorder): Promise<void> {
  const origin = 'log.example/witnessed';
  const first = await go.make<TheirCheckpoint>('log.make', { origin, leaves: ['0'] });
  const fork = createTestLog('log.example/forked', 12);
  const witness = await startOurWitness(folder, [first.vkey, ...fork.vkeys]);
  const update = (note: string, oldSize: number, hashes: readonly string[]) =>
    go.ask('witness.update', { url: witness.url, note, oldSize, hashes });
  const accepted = async (note: string, oldSize: number, hashes: readonly string[]): Promise<Judged> => {
    const { ok, error, out } = await update(note, oldSize, hashes);
    if (!ok) return { ok, error };
    const vkeys = [first.vkey, ...witness.vkeys];
    return go.ask('formats.checkpoint', { note: `${note}${out?.['body'] as string}`, vkeys, origin });
  };
  /** The client must come to this error, which it makes of the status. */
  const refused = async (error: string, asked: ReturnType<typeof update>): Promise<Judged> => {
    const verdict = await asked;
    return { ok: verdict.ok || !verdict.error.includes(error), error: verdict.error };
  };
  const second = await go.make<TheirCheckpoint>('log.make', { origin, leaves: ['1', '2'], oldSize: 1 });
  const third = await go.make<TheirCheckpoint>('log.make', {
    origin,
    leaves: Array(300).fill('x'),
    oldSize: 3,
  });
  const unknown = await go.make<TheirCheckpoint>('log.make', {
    origin: 'log.example/unknown',
    leaves: ['0'],
  });
  await update(fork.note(9), 0, []);
  const split = fork.fork(4).note(9);
  const longer = fork.fork(4).consistency(9, 12).map(base64);
  try {
    await table.check('add-checkpoint at our witness', 'theirs → ours', WITNESS, {
      sound: [
        ['the first checkpoint', () => accepted(first.note, 0, [])],
        ['the same again', () => accepted(first.note, 1, [])],
        ['one that grew', () => accepted(second.note, 1, second.hashes)],
        ['one that grew by 300', () => accepted(third.note, 3, third.hashes)],
      ],
      tampered: [
        ['a stale size', () => refused('old size != current', update(third.note, 3, third.hashes))],
        ['an old size above', () => refused('old size > current', update(first.note, 303, []))],
        ['an unknown log', () => refused('unknown log', update(unknown.note, 0, []))],
        [
          'a changed size',
          () => refused('no valid signatures', update(third.note.replace('\n303\n', '\n304\n'), 303, [])),
        ],
        ['a split view', () => refused('roots do not match', update(split, 9, []))],
        [
          'a fork that grew',
          () => refused('consistency proof invalid', update(fork.fork(4).note(12), 9, longer)),
        ],
      ],
    });
  } finally {
    await witness.close();
  }
}

/** A witness that others wrote, asked by our collector for our ledger. `kinds` is what it cosigns with. */
export async function checkTheirWitness(
  ledger: OurLedger,
  witness: {
    readonly url: string;
    readonly vkeys: readonly string[];
    readonly by: string;
    readonly kinds: string;
  },
  /** Another history under other keys, which the witness follows at `url` too. */
  forked: {
    readonly url: string;
    readonly vkeys: readonly string[];
    readonly log: ReturnType<typeof createTestLog>;
  },
  table: Recorder,
): Promise<void> {
  let lastSizes: ReadonlyMap<string, number> = new Map();
  const collect = (note: string): Promise<Collected> =>
    collectCosignatures({
      note,
      witnesses: [witness],
      lastSizes,
      consistency: ledger.reader.consistency,
      clock: systemClock,
      timeoutMs: 10_000,
    });
  const cosigned = async (note: string): Promise<Judged> => {
    const collected = await collect(note);
    lastSizes = collected.lastSizes;
    const vkeys = [...ledger.vkeys, ...witness.vkeys];
    const { verified } = openNote(collected.note, vkeys.map(createVerifier));
    const ok = verified.length === vkeys.length && collected.failures.length === 0;
    return { ok, error: JSON.stringify(collected.failures) };
  };
  const size = ledger.reader.published()?.checkpoint.size ?? 0;
  const forget = (note: string) => {
    lastSizes = new Map();
    return cosigned(note);
  };
  const sound: Case[] = [
    ['the ledger', () => cosigned(ledger.growTo(size))],
    ['the same again', () => cosigned(ledger.growTo(size))],
    ['grown by 1', () => cosigned(ledger.growTo(size + 1))],
    ['grown by 300, the size forgotten', () => forget(ledger.growTo(size + 301))],
  ];
  await table.check(`our collector at their witness, ${witness.kinds}`, 'ours → theirs', witness.by, {
    sound,
    tampered: await forkedCases(forked),
  });
}

async function forkedCases({ url, vkeys, log }: Parameters<typeof checkTheirWitness>[2]): Promise<Case[]> {
  const collect = async (from: typeof log, size: number): Promise<string> => {
    const collected = await collectCosignatures({
      note: from.note(size),
      witnesses: [{ url, vkeys }],
      lastSizes: new Map(),
      consistency: from.consistency,
      clock: systemClock,
      timeoutMs: 10_000,
    });
    return collected.failures[0]?.reason ?? 'cosigned';
  };
  const expect = (reason: string, from: typeof log, size: number) => async (): Promise<Judged> => {
    const got = await collect(from, size);
    return { ok: got !== reason, error: got };
  };
  const first = await collect(log, 9);
  if (first !== 'cosigned') throw new Error(`The witness did not cosign the first checkpoint: ${first}`);
  const fork = log.fork(4);
  return [
    ['a split view', expect('inconsistent', fork, 9)],
    ['a fork that grew', expect('inconsistent', fork, 12)],
    ['a smaller tree', expect('ahead', log, 5)],
  ];
}
