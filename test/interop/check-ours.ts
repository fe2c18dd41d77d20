import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64, createFrontier, parseCheckpoint, parseNote } from '@portcullis/record';
import type { GoProgram } from './go-program.ts';
import { OUR_ORIGIN, type OurLedger } from './our-ledger.ts';
import type { Case, Recorder } from './outcomes.ts';
import { breakLines, tamper } from './tamper.ts';

const NOTE = 'golang.org/x/mod/sumdb/note';
const TLOG = 'golang.org/x/mod/sumdb/tlog';
const TORCHWOOD = 'filippo.io/torchwood';
const FORMATS = 'github.com/transparency-dev/formats';

/** A ledger's checkpoint with cosignatures of both types by our witness. */
export type Cosigned = { readonly note: string; readonly witnessVkeys: readonly string[] };

function policyOf(logVkey: string, ...witnessVkeys: readonly string[]): string {
  const witnesses = witnessVkeys.map((vkey, at) => `witness w${at} ${vkey}\n`).join('');
  const names = witnessVkeys.map((_, at) => `w${at}`).join(' ');
  return `log ${logVkey}\n${witnesses}group all-of-them all ${names}\nquorum all-of-them\n`;
}

export async function checkOurNotes(
  go: GoProgram,
  ledger: OurLedger,
  cosigned: Cosigned,
  table: Recorder,
): Promise<void> {
  const { note, witnessVkeys } = cosigned;
  const [w4 = ''] = witnessVkeys;
  const cases = (judge: (note: string) => Case[1], extra: readonly (readonly [string, string])[] = []) => ({
    sound: [['the checkpoint', judge(note)] as const],
    tampered: [...tamper(note), ...extra].map(([name, bad]) => [name, judge(bad)] as const),
  });
  await table.check(
    'signed note, 0x01',
    'ours → theirs',
    NOTE,
    cases((n) => () => go.ask('xmod.note', { note: n, vkeys: [ledger.vkeys[0]] })),
  );
  const policy = policyOf(ledger.vkeys[0], w4);
  await table.check(
    'checkpoint and cosignature 0x04 by tlog-policy',
    'ours → theirs',
    TORCHWOOD,
    cases((n) => () => go.ask('torchwood.checkpoint', { note: n, policy })),
  );
  const vkeys = [...ledger.vkeys, ...witnessVkeys];
  await table.check(
    'checkpoint signed 0x01 and 0x06, cosigned 0x04 and 0x06',
    'ours → theirs',
    FORMATS,
    cases(
      (n) => () => go.ask('formats.checkpoint', { note: n, vkeys, origin: OUR_ORIGIN }),
      breakLines(note),
    ),
  );
}

export async function checkOurProofs(
  go: GoProgram,
  ledger: OurLedger,
  cosigned: Cosigned,
  table: Recorder,
): Promise<void> {
  const { reader } = ledger;
  const { size, root } = parseCheckpoint(parseNote(cosigned.note).text);
  const indexes = [0, 1, 255, 256, size - 1];
  const proofOf = (index: number) =>
    (reader.tlogProof(index) as string).split('\n\n')[0] + `\n\n${cosigned.note}`;
  const leafOf = (index: number) => base64(reader.entry(index) as Uint8Array);
  const judges = {
    [TORCHWOOD]: (proof: string, leaf: string) =>
      go.ask('torchwood.proof', {
        proof,
        leaf,
        policy: policyOf(ledger.vkeys[0], cosigned.witnessVkeys[0] ?? ''),
      }),
    [FORMATS]: (proof: string, leaf: string) =>
      go.ask('formats.proof', { proof, leaf, origin: OUR_ORIGIN, vkeys: [ledger.vkeys[0]] }),
  };
  for (const [by, judge] of Object.entries(judges)) {
    await table.check('tlog-proof of an entry', 'ours → theirs', by, {
      sound: indexes.map((index) => [`entry ${index}`, () => judge(proofOf(index), leafOf(index))]),
      tampered: [
        ['another leaf', () => judge(proofOf(5), leafOf(6))],
        ['another index', () => judge(proofOf(5).replace('index 5\n', 'index 4\n'), leafOf(5))],
        ['a hash left out', () => judge(proofOf(5).replace(/(index 5\n).*\n/, '$1'), leafOf(5))],
      ],
    });
  }
  const record = (index: number, hashes: readonly Uint8Array[]) =>
    go.ask('xmod.inclusion', {
      index,
      size,
      root: base64(root),
      leaf: leafOf(index),
      hashes: hashes.map(base64),
    });
  const tree = (from: number, to: number, hashes: readonly Uint8Array[]) =>
    go.ask('xmod.consistency', {
      oldSize: from,
      size: to,
      oldRoot: rootOf(from),
      root: rootOf(to),
      hashes: hashes.map(base64),
    });
  const rootOf = (at: number) => base64(createFrontier(at, reader.peaks(at)).root());
  const pairs = [1, 2, 3, 255, 256, 257, size - 1].map((from) => [from, size] as const);
  await table.check('inclusion and consistency proofs', 'ours → theirs', TLOG, {
    sound: [
      ...indexes.map(
        (index): Case => [`inclusion of ${index}`, () => record(index, reader.inclusion(index, size))],
      ),
      ...pairs.map(
        ([from, to]): Case => [
          `consistency ${from} to ${to}`,
          () => tree(from, to, reader.consistency(from, to)),
        ],
      ),
    ],
    tampered: [
      ['inclusion of another entry', () => record(4, reader.inclusion(5, size))],
      ['a consistency proof cut short', () => tree(3, size, reader.consistency(3, size).slice(1))],
      ['consistency of other sizes', () => tree(3, size, reader.consistency(4, size))],
    ],
  });
}

/** Reads every entry by its tiles with a client that authenticates them; then of a copy with one byte of a tile changed. */
export async function checkOurTiles(
  go: GoProgram,
  ledger: OurLedger,
  folder: string,
  table: Recorder,
): Promise<void> {
  const policy = `log ${ledger.vkeys[0]}\nquorum none\n`;
  const read = async (at: string) => {
    const { ok, error, out } = await go.ask('torchwood.client', { folder: at, policy });
    return ok && out?.['entries'] !== out?.['size']
      ? { ok: false, error: 'not every entry was read' }
      : { ok, error };
  };
  const broken = (name: string, file: string): Case => {
    const copy = join(folder, name.replaceAll(' ', '-'));
    cpSync(ledger.folder, copy, { recursive: true });
    const bytes = readFileSync(join(copy, file));
    bytes[40] = (bytes[40] as number) ^ 1;
    writeFileSync(join(copy, file), bytes);
    return [name, () => read(copy)];
  };
  await table.check('tiles and entry bundles', 'ours → theirs', TORCHWOOD, {
    sound: [['the ledger', () => read(ledger.folder)]],
    tampered: [
      broken('a byte of an entry', 'tile/entries/000'),
      broken('a byte of a hash', 'tile/0/000'),
      broken('a byte of the checkpoint', 'checkpoint'),
    ],
  });
}
