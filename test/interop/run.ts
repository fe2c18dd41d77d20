// `npm run interop`: formats, proofs, witnesses and clients that others wrote, against ours, both ways. Needs Go and the modules
// of go/go.mod, from this machine's module proxy or cache. Exits 0 where everything ran and agreed; 1 otherwise. With
// `--allow-missing` it also exits 0 where it could not run, having said so. `--write-vectors` keeps what others made.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectCosignatures } from '../../packages/server/src/witness/collect-cosignatures.ts';
import { createTestLog } from '../../packages/server/src/witness/test/test-log.ts';
import { systemClock } from '../../packages/server/src/seams/clock.ts';
import { checkOurNotes, checkOurProofs, checkOurTiles, type Cosigned } from './check-ours.ts';
import { checkTheirNotes, checkTheirProofs } from './check-theirs.ts';
import { checkTheirClient, checkTheirWitness, startOurWitness } from './check-witnesses.ts';
import { checkOurServer, checkOurWitnessProgram, type Collected } from './check-programs.ts';
import { type Binaries, buildGo, type GoProgram, startGo } from './go-program.ts';
import { startLitewitness } from './litewitness.ts';
import { createOurLedger, type OurLedger } from './our-ledger.ts';
import { createRecorder, formatTable, type Recorder } from './outcomes.ts';
import { writeVectors } from './write-vectors.ts';

/** More than one tile, so that proofs cross its edge. */
const ENTRIES = 700;

async function cosignByOurWitness(ledger: OurLedger, folder: string): Promise<Cosigned> {
  const witness = await startOurWitness(folder, ledger.vkeys);
  const collected = await collectCosignatures({
    note: ledger.growTo(ENTRIES),
    witnesses: [witness],
    lastSizes: new Map(),
    consistency: ledger.reader.consistency,
    clock: systemClock,
    timeoutMs: 10_000,
  });
  await witness.close();
  if (collected.cosignatures.length !== 2) throw new Error(JSON.stringify(collected.failures));
  return { note: collected.note, witnessVkeys: witness.vkeys };
}

async function checkTheirWitnesses(
  go: GoProgram,
  binaries: Binaries,
  ledger: OurLedger,
  folder: string,
  table: Recorder,
): Promise<void> {
  const log = createTestLog('log.example/forked', 12);
  const serve = (vkeys: readonly string[]) =>
    go.make<{ url: string; vkeys: string[] }>('witness.serve', { vkeys, name: 'witness.example/theirs' });
  const theirs = await serve(ledger.vkeys);
  const module = { by: 'github.com/transparency-dev/witness', kinds: '0x04 and 0x06' };
  await checkTheirWitness(ledger, { ...theirs, ...module }, { ...(await serve(log.vkeys)), log }, table);
  const lite = await startLitewitness(go, binaries.litewitness, folder, [ledger.vkeys[0], log.vkeys[0]]);
  try {
    const { url } = lite;
    const vkeys = [lite.vkey];
    const program = { by: 'filippo.io/torchwood/cmd/litewitness', kinds: '0x04' };
    await checkTheirWitness(ledger, { url, vkeys, ...program }, { url, vkeys, log }, table);
  } finally {
    lite.stop();
  }
}

async function checkAll(
  go: GoProgram,
  binaries: Binaries,
  folder: string,
  table: Recorder,
): Promise<Collected> {
  const within = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const ledger = createOurLedger(join(folder, 'ledger-data'));
  try {
    const cosigned = await cosignByOurWitness(ledger, within('our-witness'));
    await checkOurNotes(go, ledger, cosigned, table);
    await checkOurProofs(go, ledger, cosigned, table);
    await checkOurTiles(go, ledger, folder, table);
    await checkTheirNotes(go, table);
    await checkTheirProofs(go, table);
    await checkTheirClient(go, within('their-client'), table);
    await checkTheirWitnesses(go, binaries, ledger, within('their-witness'), table);
    await checkOurWitnessProgram(go, within('our-program'), table);
    return await checkOurServer(go, binaries, within('our-server'), table);
  } finally {
    ledger.close();
  }
}

async function main(): Promise<number> {
  const allowMissing = process.argv.includes('--allow-missing');
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-interop-'));
  try {
    const binaries = buildGo(folder);
    if (typeof binaries === 'string') {
      console.log(`NOT RUN: interoperability with programs of others. ${binaries}`);
      return allowMissing ? 0 : 1;
    }
    const go = startGo(binaries.interop);
    const table = createRecorder();
    try {
      const versions = await go.make<Record<string, string>>('versions');
      const collected = await checkAll(go, binaries, folder, table);
      if (process.argv.includes('--write-vectors'))
        console.log(`wrote ${await writeVectors(go, versions, collected)}`);
      console.log(`node ${process.version}, ${versions['go']}\n`);
      console.log(formatTable(table.outcomes, versions));
    } finally {
      go.stop();
    }
    const wrong = table.outcomes.filter((outcome) => outcome.wrong.length > 0).length;
    console.log(`\n${table.outcomes.length} checks, ${wrong} went wrong`);
    return wrong === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
