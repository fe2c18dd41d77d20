import {
  createFrontier,
  decodeEntry,
  equalBytes,
  fromUtf8,
  leafHash,
  parseCheckpoint,
  parseNote,
} from '@portcullis/record';
import { fsck } from '../../packages/server/src/ledger/fsck.ts';
import { WITNESSED_FILE } from '../../packages/server/src/ledger/witnessed-checkpoint.ts';
import { createWitnessedFiles } from '../../packages/server/src/witness/witnessed-files.ts';
import { createLedgerReader } from '../../packages/server/src/ledger/ledger-reader.ts';
import { listFiles, readFile } from '../../packages/server/src/seams/durable-files.ts';
import { openVault } from '../../packages/server/src/vault/open-vault.ts';
import { DAY_MS } from '../../packages/server/src/vault/segments.ts';
import { createVaultReader } from '../../packages/server/src/vault/vault-reader.ts';
import {
  type CrashWorld,
  entryWithContent,
  type Kept,
  PATHS,
  plainEntry,
  VAULT_CONFIG,
} from './crash-world.ts';
import { judgeReplaced, WITNESS_URL } from './witnessed-memory.ts';
import { commitContent, type Workload } from './workloads.ts';

/** Something that must not be: what a case is there to find. */
export class Noticed extends Error {}

/**
 * After a crash: fsck, the comparison with what was acknowledged, and going on; then a power cut, and all of it again. The judge never uses the parts
 * of the program that are under test, except to go on.
 */
export async function judge(world: CrashWorld, workload: Workload): Promise<void> {
  if (workload.damaged !== true) await whole(world, 'after the crash');
  compareDurable(world);
  await goOn(world, workload);
  world.powerCut();
  await whole(world, 'after going on and a power cut');
  reopen(world);
  compareEntries(world);
  compareReleased(world);
  compareArchived(world);
  compareWitnessedFiles(world);
  await compareContent(world);
  assertErased(world);
}

async function whole(world: CrashWorld, when: string): Promise<void> {
  const { disk, lock } = world;
  const keys = disk.stat(`${PATHS.vault}/keys`) === undefined ? {} : { vaultKeys: judgesVault(world).keys };
  const report = await fsck(VAULT_CONFIG.dataDir, { fs: disk, readLock: lock.read, ...keys });
  if (!report.ok) throw new Noticed(`fsck ${when}: ${report.sentence}`);
}

function judgesVault(world: CrashWorld) {
  try {
    return openVault(VAULT_CONFIG, world.disk, {});
  } catch (error) {
    throw new Noticed(`The vault does not open: ${(error as Error).message}`);
  }
}

/** Before anything is written again: what was acknowledged is covered by the lock. fsck has compared the lock with the disk. */
function compareDurable(world: CrashWorld): void {
  const note = world.lock.read()[0]?.note;
  const size = note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
  const last = Math.max(-1, ...world.acknowledged.keys());
  if (last >= size) throw new Noticed(`Entry ${last} was acknowledged and the lock covers ${size} entries.`);
}

async function goOn(world: CrashWorld, workload: Workload): Promise<void> {
  const { program } = world.subject;
  try {
    const writer = world.open();
    compareInterrupted(world);
    if (workload.vault === true) {
      if (workload.name === 'erasure') await finishErasure(world);
      for (const account of ['ann', 'bob']) await commitContent(world, writer, world.vault(), account, 60);
    } else world.commit(writer, entryWithContent(program, 60));
    writer.publish();
    world.commit(writer, plainEntry(program, 61));
  } catch (error) {
    if (error instanceof Noticed) throw error;
    throw new Noticed(`It does not go on after the crash: ${(error as Error).message}`);
  }
}

async function finishErasure(world: CrashWorld): Promise<void> {
  const vault = world.vault();
  const nowMs = world.clock.now();
  vault.eraseByAge({ nowMs, retentionDays: 2, held: new Set(['bob']) });
  world.erased.beforeDay = world.erasing.beforeDay = Math.floor(nowMs / DAY_MS) - 2;
  if (!world.erasing.keys.has('ann@1')) return;
  vault.eraseAccount('ann');
  world.erased.keys.add('ann@1');
}

function reopen(world: CrashWorld): void {
  try {
    world.open().close();
  } catch (error) {
    throw new Noticed(`It does not start after the second crash: ${(error as Error).message}`);
  }
}

function compareEntries(world: CrashWorld): void {
  const reader = createLedgerReader(VAULT_CONFIG.dataDir, world.disk);
  for (const [index, { bytes }] of world.acknowledged) {
    const found = reader.entry(index);
    if (found === undefined || !equalBytes(found, bytes))
      throw new Noticed(
        `Entry ${index} was acknowledged and is ${found === undefined ? 'lost' : 'another'}.`,
      );
  }
}

function compareArchived(world: CrashWorld): void {
  const reader = createLedgerReader(VAULT_CONFIG.dataDir, world.disk);
  for (const [size, note] of world.archived)
    if (reader.archivedNote(size) !== note)
      throw new Noticed(`The archive was to keep the checkpoint ${size}.`);
}

/** After a thread that was opened anew in the same process: what the gates still have is not told as interrupted, and what they have not is. */
function compareInterrupted(world: CrashWorld): void {
  if (world.resumption === undefined) return;
  const running = new Set(world.resumption.running);
  const interrupted = new Set<string>();
  for (const { bytes } of createLedgerReader(VAULT_CONFIG.dataDir, world.disk).entries(0)) {
    const entry = decodeEntry(bytes);
    if (entry.type === 'fault') for (const exchange of entry.exchanges ?? []) interrupted.add(exchange);
  }
  for (const exchange of world.admitted)
    if (running.has(exchange) === interrupted.has(exchange))
      throw new Noticed(
        `The exchange ${exchange} ${running.has(exchange) ? 'still runs and is told as interrupted' : 'was cut and nothing tells it'}.`,
      );
}

function compareWitnessedFiles(world: CrashWorld): void {
  const { newest, kept, remembered } = world.witnessed;
  const { witnessed } = PATHS;
  const textAt = (path: string): string | undefined => {
    const bytes = readFile(world.disk, path);
    return bytes === undefined ? undefined : fromUtf8(bytes);
  };
  const memory = createWitnessedFiles(VAULT_CONFIG.dataDir, world.disk).readMemory().get(WITNESS_URL);
  const wrong = [
    judgeReplaced('The newest cosigned checkpoint', newest, textAt(`${PATHS.ledger}/${WITNESSED_FILE}`)),
    judgeReplaced(
      'What is remembered of a witness',
      remembered,
      memory === undefined ? undefined : String(memory.size),
    ),
    ...[...kept].map(([size, file]) =>
      judgeReplaced(`The cosigned checkpoint ${size}`, file, textAt(`${witnessed}/${size}`)),
    ),
  ].find((sentence) => sentence !== undefined);
  if (wrong !== undefined) throw new Noticed(wrong);
}

/** Every checkpoint that anybody could have fetched is a past of the ledger as it is now: there is one history. */
function compareReleased(world: CrashWorld): void {
  const wanted = new Map<number, Uint8Array>();
  for (const note of world.released) {
    let size: number;
    let root: Uint8Array;
    try {
      ({ size, root } = parseCheckpoint(parseNote(note).text));
    } catch {
      throw new Noticed('A checkpoint was published that is not whole.');
    }
    const other = wanted.get(size);
    if (other !== undefined && !equalBytes(other, root))
      throw new Noticed(`Two checkpoints of size ${size} with different roots were published.`);
    wanted.set(size, root);
  }
  const frontier = createFrontier();
  for (const { bytes } of createLedgerReader(VAULT_CONFIG.dataDir, world.disk).entries(0)) {
    frontier.append(leafHash(bytes));
    const root = wanted.get(frontier.size);
    if (root !== undefined && !equalBytes(root, frontier.root()))
      throw new Noticed(
        `The checkpoint of size ${frontier.size} that was published is no past of this ledger.`,
      );
    wanted.delete(frontier.size);
  }
  const [ahead] = wanted.keys();
  if (ahead !== undefined)
    throw new Noticed(`A checkpoint of size ${ahead} was published, and the ledger ends before it.`);
}

async function compareContent(world: CrashWorld): Promise<void> {
  const reader = createVaultReader(world.disk, PATHS.vault);
  const vault = judgesVault(world);
  for (const [index, { kept }] of world.acknowledged) {
    if (kept === undefined) continue;
    const record = reader.read(index);
    if (typeof record === 'object') await compareRecord(world, index, kept, record.sealed, vault);
    else if (record === undefined || !mayBeErased(world, kept))
      throw new Noticed(`The content of entry ${index} was acknowledged and is ${record ?? 'lost'}.`);
  }
}

function mayBeErased(world: CrashWorld, kept: Kept): boolean {
  return world.erasing.beforeDay > 0 && !kept.vaultKey.startsWith('bob@');
}

async function compareRecord(
  world: CrashWorld,
  index: number,
  kept: Kept,
  sealed: Uint8Array,
  vault: ReturnType<typeof judgesVault>,
): Promise<void> {
  if (!equalBytes(sealed, kept.sealed)) throw new Noticed(`The content of entry ${index} is another.`);
  if (kept.content === undefined) return;
  let opened: Awaited<ReturnType<typeof vault.content>>;
  try {
    opened = await vault.content(index);
  } catch (error) {
    throw new Noticed(`The content of entry ${index} can not be opened: ${(error as Error).message}`);
  }
  const gone = world.erased.keys.has(kept.vaultKey);
  const may = world.erasing.keys.has(kept.vaultKey);
  if (opened === 'none' || (opened === 'erased' && !may))
    throw new Noticed(`The content of entry ${index} was acknowledged and is ${opened}.`);
  if (opened !== 'erased' && gone)
    throw new Noticed(`The content of entry ${index} can be read, and its key was destroyed.`);
  if (opened !== 'erased' && !equalBytes(opened.seed, kept.content.seed))
    throw new Noticed(`The content of entry ${index} opens as another.`);
}

/** What was erased by age is nowhere on the disk any more. */
function assertErased(world: CrashWorld): void {
  if (world.erased.beforeDay === 0) return;
  const { disk } = world;
  const everything = listFiles(disk, PATHS.vault).map((name) => [
    name,
    Buffer.from(readFile(disk, `${PATHS.vault}/${name}`) ?? []),
  ]) as [string, Buffer][];
  const reader = createVaultReader(disk, PATHS.vault);
  for (const [index, { kept }] of world.acknowledged) {
    if (kept === undefined || reader.read(index) !== 'erased') continue;
    const [name] = everything.find(([, bytes]) => bytes.includes(Buffer.from(kept.sealed))) ?? [];
    if (name !== undefined)
      throw new Noticed(`The content of entry ${index} was erased and is still in ${name}.`);
  }
}
