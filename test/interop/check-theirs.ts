import {
  fromBase64,
  leafHash,
  openNote,
  parseCheckpoint,
  parseNote,
  utf8,
  verifyConsistency,
  verifyTlogProof,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { GoProgram } from './go-program.ts';
import { type Case, judged, type Recorder } from './outcomes.ts';
import { breakLines, tamper } from './tamper.ts';

const NOTE = 'golang.org/x/mod/sumdb/note';
const TLOG = 'golang.org/x/mod/sumdb/tlog';
const TORCHWOOD = 'filippo.io/torchwood';
const FORMATS = 'github.com/transparency-dev/formats';

type Signed = { readonly note: string; readonly vkey: string };

export async function checkTheirNotes(go: GoProgram, table: Recorder): Promise<void> {
  const origin = 'log.example/theirs';
  const log = await go.make<Signed>('log.make', { origin, leaves: leaves(0, 7) });
  const opens = (note: string, vkeys: readonly string[]) => () =>
    judged(() => {
      const { text, verified } = openNote(note, vkeys.map(createVerifier));
      parseCheckpoint(text);
      if (verified.length !== vkeys.length) throw new Error('not every key signed');
    });
  const check = (what: string, by: string, note: string, vkeys: readonly string[]) =>
    table.check(what, 'theirs → ours', by, {
      sound: [['the checkpoint', opens(note, vkeys)]],
      tampered: [...tamper(note), ...breakLines(note)].map(
        ([name, bad]) => [name, opens(bad, vkeys)] as const,
      ),
    });
  await check('signed note, 0x01', NOTE, log.note, [log.vkey]);
  const by04 = await go.make<Signed>('torchwood.cosign', {
    note: log.note,
    vkeys: [log.vkey],
    name: 'w.example/1',
  });
  await check('cosignature 0x04', TORCHWOOD, by04.note, [log.vkey, by04.vkey]);
  for (const kind of ['0x04', '0x06']) {
    const made = await go.make<Signed>('formats.cosign', {
      kind,
      note: log.note,
      vkeys: [log.vkey],
      name: 'w.example/2',
    });
    await check(`cosignature ${kind}`, FORMATS, made.note, [log.vkey, made.vkey]);
  }
}

export async function checkTheirProofs(go: GoProgram, table: Recorder): Promise<void> {
  const origin = 'log.example/proofs';
  const entries = leaves(0, 21);
  await go.make('log.make', { origin, leaves: entries });
  for (const [by, op] of [
    [TORCHWOOD, 'torchwood.makeProof'],
    [FORMATS, 'formats.makeProof'],
  ] as const) {
    const made = await go.make<{ proof: string; vkeys: string[] }>(op, {
      origin,
      index: 13,
      name: 'w.example/3',
    });
    const verifiers = made.vkeys.map(createVerifier);
    const verify = (proof: string, leaf: string) => () =>
      judged(() => verifyTlogProof(proof, leafHash(utf8(leaf)), verifiers));
    await table.check('tlog-proof of an entry', 'theirs → ours', by, {
      sound: [['entry 13', verify(made.proof, entries[13] as string)]],
      tampered: [
        ['another leaf', verify(made.proof, entries[12] as string)],
        ['another index', verify(made.proof.replace('index 13\n', 'index 12\n'), entries[13] as string)],
        ['a hash left out', verify(made.proof.replace(/(index 13\n).*\n/, '$1'), entries[13] as string)],
      ],
    });
  }
  await checkTheirConsistency(go, table);
}

async function checkTheirConsistency(go: GoProgram, table: Recorder): Promise<void> {
  const origin = 'log.example/growing';
  let before = parseCheckpoint('x\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
  const sound: Case[] = [];
  const tampered: Case[] = [];
  for (const grows of [1, 1, 2, 4, 9, 100, 139]) {
    const made = await go.make<Signed & { hashes: string[] }>('log.make', {
      origin,
      leaves: leaves(before.size, grows),
      oldSize: before.size,
    });
    const from = before;
    const to = parseCheckpoint(parseNote(made.note).text);
    const verify = (hashes: readonly string[]) => () =>
      judged(() => verifyConsistency(from.size, to.size, hashes.map(fromBase64), from.root, to.root));
    const name = `${from.size} to ${to.size}`;
    if (from.size > 0) {
      sound.push([name, verify(made.hashes)]);
      tampered.push([`${name}, cut short`, verify(made.hashes.slice(1))]);
    }
    before = to;
  }
  await table.check('consistency proofs', 'theirs → ours', TLOG, { sound, tampered });
}

function leaves(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `leaf ${from + i}`);
}
