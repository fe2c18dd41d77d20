import { createEntry, createFrontier, equalBytes, parseCheckpoint, parseNote } from '@portcullis/record';
import { createInTurn } from '../accounts/in-turn.ts';
import type { WitnessConfig, WitnessingConfig } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { Appender } from '../ledger/appender.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { type Collected, collectCosignatures, joinCosignatures } from './collect-cosignatures.ts';
import { createQuorum, type Quorum } from './quorum.ts';
import { describeWitnessing, type WitnessingStatus } from './witnessing-status.ts';
import { type Change, createWatch, takeAnswer, type WitnessWatch } from './witness-watch.ts';
import type { WitnessedFiles } from './witnessed-files.ts';

export type WitnessingOptions = {
  readonly witnesses: readonly WitnessConfig[];
  readonly pace: WitnessingConfig;
  readonly reader: Pick<LedgerReader, 'published' | 'consistency' | 'peaks'>;
  readonly append: Appender['append'];
  /** Puts an alarm on the ledger; in an outage of it, once that is over. Not waited for. */
  readonly recordAlarm: (detail: string) => void;
  readonly files: WitnessedFiles;
  readonly clock: Clock;
  readonly log: Log;
};

/** A checkpoint and what stands under it. */
type Note = { readonly note: string; readonly text: string; readonly size: number };

/** The ledger's standing with its witnesses. Nothing that commits or answers ever waits for it. */
export type Witnessing = {
  /** Something was published: ask, as soon as the pace allows. */
  poke(): void;
  /** The checkpoint that proves an entry best: with a quorum, else with some cosignature; undefined where there is none. */
  noteFor(index: number): { readonly note: string; readonly size: number } | undefined;
  /**
   * Makes a checkpoint of what is there now and asks every witness about it at once, whatever the pace; whoever does not answer within
   * the time-out is left out.
   */
  cosign(
    make: () => Promise<{ size: number; note: string }>,
  ): Promise<{ readonly size: number; readonly note: string }>;
  status(): WitnessingStatus;
  stop(): Promise<void>;
};

type Desk = {
  readonly options: WitnessingOptions;
  readonly watches: readonly WitnessWatch[];
  readonly quorum: Quorum;
  readonly abort: AbortController;
  readonly alarms: Map<string, number>;
  /** The newest that has a quorum. */
  witnessed: Note | undefined;
  /** The newest that was shown, with what it got. */
  current: Note | undefined;
  lastRoundMs: number;
  /** As it was read last. */
  publishedSize: number;
  /** What is beyond the last `witness.cosigned` entries; they themselves are no reason for further ones. */
  recordedEnd: number;
};

/** @throws ServerError `ledger-damaged` where the tree is not the one that was witnessed */
export function createWitnessing(options: WitnessingOptions): Witnessing {
  const memory = options.files.readMemory();
  const desk: Desk = {
    options,
    watches: options.witnesses.map((witness) => createWatch(witness, memory.get(witness.url))),
    quorum: createQuorum(options.witnesses, options.pace),
    abort: new AbortController(),
    alarms: new Map(),
    witnessed: loadWitnessed(options),
    current: undefined,
    lastRoundMs: Number.NEGATIVE_INFINITY,
    publishedSize: 0,
    recordedEnd: 0,
  };
  const inTurn = createInTurn();
  let timer: NodeJS.Timeout | undefined;
  let held = false;
  const plan = (): void => {
    clearTimeout(timer);
    if (held || desk.abort.signal.aborted) return;
    const waitMs = guardedNow(desk, () => nextRoundIn(desk));
    if (waitMs === undefined) return;
    timer = setTimeout(() => void guarded(desk, ask), waitMs);
    timer.unref();
  };
  const launch = (shown: Note, group: readonly WitnessWatch[]): Promise<void> => {
    if (group.length === 0) return Promise.resolve();
    const asking = guarded(desk, () => askWitnesses(desk, shown, group)).then(() => {
      for (const watch of group) watch.asking = undefined;
      plan();
    });
    for (const watch of group) watch.asking = asking;
    return asking;
  };
  const ask = async (): Promise<void> => {
    const shown = newestNote(desk);
    if (shown === undefined) return;
    const due = unasked(desk, shown).filter(({ nextMs }) => nextMs <= options.clock.monotonic());
    // A timer may fire a little early.
    if (due.length === 0) return plan();
    // Apart, so that one that does not answer holds up nobody else's cosignature for longer than once.
    const isFailing = ({ failures }: WitnessWatch): boolean => failures > 0;
    const groups = [due.filter((watch) => !isFailing(watch)), due.filter(isFailing)];
    await Promise.all(groups.map((group) => launch(shown, group)));
  };
  const settled = (): Promise<unknown> => Promise.all(desk.watches.flatMap(({ asking }) => asking ?? []));
  return {
    poke: plan,
    noteFor: (index) =>
      [desk.witnessed, desk.current].find(
        (one) => one !== undefined && index < one.size && hasCosignature(one),
      ),
    cosign: (make) =>
      inTurn('cosign', async () => {
        held = true;
        try {
          await settled();
          const made = await make();
          const shown = withGiven(desk, made.note);
          await launch(shown, unasked(desk, shown));
          return { size: made.size, note: withGiven(desk, made.note).note };
        } finally {
          held = false;
          plan();
        }
      }),
    status: () => describeWitnessing(desk),
    async stop() {
      clearTimeout(timer);
      desk.abort.abort();
      await settled();
    },
  };
}

function loadWitnessed({ files, reader, witnesses }: WitnessingOptions): Note | undefined {
  const note = files.readWitnessed();
  if (note === undefined || witnesses.length === 0) return undefined;
  const read = readNote(note);
  const { root } = parseCheckpoint(read.text);
  // That it is not larger than the ledger was checked at start (ledger/open-ledger.ts).
  if (equalBytes(createFrontier(read.size, reader.peaks(read.size)).root(), root)) return read;
  throw new ServerError(
    'ledger-damaged',
    `The ledger's first ${read.size} entries have another root than the one that witnesses cosigned.`,
  );
}

function readNote(note: string): Note {
  const { text } = parseNote(note);
  return { note, text, size: parseCheckpoint(text).size };
}

function hasCosignature({ note, text }: Note): boolean {
  const origin = text.split('\n', 1)[0];
  return parseNote(note).signatures.some(({ name }) => name !== origin);
}

function newestNote(desk: Desk): Note | undefined {
  const published = desk.options.reader.published();
  if (published === undefined) return undefined;
  desk.publishedSize = published.checkpoint.size;
  return withGiven(desk, published.note);
}

/** With the cosignatures that were given for it already. */
function withGiven(desk: Desk, note: string): Note {
  const read = readNote(note);
  return desk.current?.text === read.text ? desk.current : read;
}

function unasked(desk: Desk, shown: Note | undefined): WitnessWatch[] {
  if (shown === undefined) return [];
  return desk.watches.filter(({ asking, doneText }) => asking === undefined && doneText !== shown.text);
}

/** @returns milliseconds, undefined where nobody is to be asked */
function nextRoundIn(desk: Desk): number | undefined {
  const waiting = unasked(desk, newestNote(desk));
  if (waiting.length === 0) return undefined;
  const atMs = Math.max(
    desk.lastRoundMs + desk.options.pace.intervalMs,
    Math.min(...waiting.map(({ nextMs }) => nextMs)),
  );
  return Math.max(0, Math.ceil(atMs - desk.options.clock.monotonic()));
}

async function guarded(desk: Desk, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    logFailure(desk, error);
  }
}

/** Whoever publishes must not be stopped by what goes wrong here, such as a checkpoint that can not be read. */
function guardedNow<T>(desk: Desk, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    logFailure(desk, error);
    return undefined;
  }
}

function logFailure({ options }: Desk, error: unknown): void {
  options.log('error', 'witness.round_failed', {
    reason: error instanceof Error ? error.message : 'unknown',
  });
}

async function askWitnesses(desk: Desk, shown: Note, due: readonly WitnessWatch[]): Promise<void> {
  const { pace, clock, reader } = desk.options;
  desk.lastRoundMs = clock.monotonic();
  const collected = await collectCosignatures({
    note: shown.note,
    witnesses: due.map(({ config }) => config),
    lastSizes: new Map(due.filter(({ size }) => size > 0).map(({ config, size }) => [config.url, size])),
    consistency: reader.consistency,
    clock,
    timeoutMs: pace.timeoutMs,
    signal: desk.abort.signal,
  });
  // What was broken off to stop says nothing of a witness.
  if (desk.abort.signal.aborted) return;
  const note = takeLines(desk, { ...shown, note: collected.note });
  const changes = due.map((watch) => ({ watch, change: takeCollected(desk, shown, watch, collected) }));
  const cosigned = due.filter(({ doneText }) => doneText === shown.text);
  if (cosigned.length > 0) keepCosigned(desk, note);
  for (const { watch, change } of changes) tellChange(desk, shown, watch, change);
  await recordCosigned(desk, note, cosigned);
}

/** Others may have cosigned the same tree meanwhile, or a larger one may have been shown to them. */
function takeLines(desk: Desk, given: Note): Note {
  const { current } = desk;
  const note =
    current?.text === given.text ? { ...given, note: joinCosignatures(current.note, given.note) } : given;
  if (current === undefined || current.size <= note.size) desk.current = note;
  return note;
}

function takeCollected(desk: Desk, shown: Note, watch: WitnessWatch, collected: Collected): Change {
  const { pace, clock } = desk.options;
  const mine = ({ url }: { readonly url: string }): boolean => url === watch.config.url;
  const answer = {
    shown,
    cosignatures: collected.cosignatures.filter(mine),
    failure: collected.failures.find(mine),
    forgotten: collected.forgotten.find(mine),
    isWhole: desk.quorum.signedBy(collected.note).includes(watch.config.name),
  };
  return takeAnswer(watch, answer, pace, { unixMs: clock.now(), monotonicMs: clock.monotonic() });
}

function keepCosigned(desk: Desk, note: Note): void {
  const { files } = desk.options;
  if (desk.quorum.isMet(note.note) && note.size >= (desk.witnessed?.size ?? 0)) {
    files.writeWitnessed(note.note);
    desk.witnessed = note;
  }
  writeMemory(desk);
}

function writeMemory({ options, watches }: Desk): void {
  const known = watches.filter(({ size }) => size > 0);
  options.files.writeMemory(
    new Map(known.map(({ config, size, timeMs, recordedMs }) => [config.url, { size, timeMs, recordedMs }])),
  );
}

/** Alarms go to the log, the metrics and the ledger; other changes to the log. */
function tellChange(desk: Desk, shown: Note, watch: WitnessWatch, change: Change): void {
  const { log, recordAlarm } = desk.options;
  const { config, state, message, cosigner } = watch;
  if (change === 'none') return;
  const fields = { witness: config.name, state, size: shown.size, reason: message };
  if (change === 'other') {
    log(state === 'cosigned' ? 'info' : 'warn', `witness.${state.replaceAll('-', '_')}`, fields);
    return;
  }
  log('error', 'witness.alarm', fields);
  const key = `${config.name} ${state}`;
  desk.alarms.set(key, (desk.alarms.get(key) ?? 0) + 1);
  const means =
    state === 'forgotten'
      ? ''
      : ' It has seen another history of this ledger than this one: an older copy was restored, two writers have its keys, or its view was split.';
  recordAlarm(
    `The witness ${config.name} (${cosigner}) and this ledger disagree at ${shown.size} entries. ${message}${means}`,
  );
}

/** Writes down who cosigned, where there is something new under it, and keeps the checkpoint. */
async function recordCosigned(desk: Desk, note: Note, cosigned: readonly WitnessWatch[]): Promise<void> {
  const { pace, clock, append, files } = desk.options;
  if (note.size <= desk.recordedEnd) return;
  const nowMs = clock.now();
  const due = cosigned.filter(({ recordedMs }) => Math.abs(nowMs - recordedMs) >= pace.recordIntervalMs);
  if (due.length === 0) return;
  files.keep(note.size, note.note);
  const root = note.text.split('\n')[2] as string;
  for (const watch of due) {
    const fields = { size: note.size, root, witness: watch.cosigner };
    const { index } = await append({ entry: createEntry('witness.cosigned', nowMs, fields) });
    desk.recordedEnd = index + 1;
    watch.recordedMs = nowMs;
  }
  writeMemory(desk);
}
