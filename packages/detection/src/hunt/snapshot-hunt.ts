import { DetectionError } from '../detection-error.ts';
import type { Json } from '../detector.ts';
import { type AccountState, createAccountState } from '../signals/account-state.ts';
import type { HuntState, Named, Spoken } from './hunt-state.ts';
import { readNumbers, spellNumbers } from './typed-text.ts';
import type { TrafficStanding } from './watch-traffic.ts';
import type { Rise, WatchedAccount } from './watched-account.ts';

const FORMAT = 'portcullis/calibrated-hunt/3';

type PlainRises = {
  kind: number;
  rises: [time: number, exchanges: number, score: number][];
  signals: string | null;
};
type PlainState = Record<string, number | string | null | readonly number[]>;

type Plain = {
  format: string;
  digest: string;
  start: number | null;
  span: number;
  looks: number;
  isOver: boolean;
  accounts: [PlainState, PlainRises][];
  neighbours: [string, readonly string[]][];
  /** What changed since the calibration; the rest follows from it. */
  benign: [string, PlainRises][];
  spent: string[];
  /** Null where it is infinite. */
  threshold: number | null;
  named: [string, Named][];
  reasons: readonly string[];
  spoken: [string, Spoken][];
  keys: [string, string][];
  nextOrder: number;
};

/** A copy: later steps do not change it. @param calibrated benign accounts before any live traffic */
export function snapshotHunt(
  state: HuntState,
  digest: string,
  calibrated: ReadonlyMap<string, WatchedAccount>,
): Json {
  const { watch } = state;
  const plain: Plain = {
    format: FORMAT,
    digest,
    start: watch.start ?? null,
    span: watch.span,
    looks: watch.looks,
    isOver: watch.isOver,
    accounts: [...watch.accounts.values()].map((each) => [spellState(each.state), spellRises(each)]),
    neighbours: [...watch.neighbours],
    benign: [...state.benign]
      .filter(([name, { kind, rises }]) => {
        const before = calibrated.get(name) as WatchedAccount;
        return rises.length > before.rises.length || kind !== before.kind;
      })
      .map(([name, watched]) => [name, spellRises(watched)]),
    spent: [...state.spent],
    threshold: Number.isFinite(state.threshold) ? state.threshold : null,
    named: [...state.named],
    reasons: state.reasons,
    spoken: [...state.spoken].map(([key, spoken]) => [key, { ...spoken }]),
    keys: [...state.keys],
    nextOrder: state.nextOrder,
  };
  return plain as unknown as Json;
}

/**
 * Throws `snapshot_mismatch` when the snapshot names another format or digest; beyond that its shape is trusted, as a damaged one is replaced by
 * replaying the ledger.
 * @param benign the benign accounts before any live traffic; those that rose since are set right in place
 */
export function readHunt(
  json: Json,
  digest: string,
  benign: Map<string, WatchedAccount>,
): Omit<HuntState, 'watch'> & { standing: TrafficStanding } {
  const plain = json as unknown as Plain | null;
  if (plain === null || typeof plain !== 'object' || plain.format !== FORMAT || plain.digest !== digest) {
    throw new DetectionError(
      'snapshot_mismatch',
      'The snapshot was written by another detector, version, alpha or calibration; drop it and replay the ledger.',
    );
  }
  for (const [name, rises] of plain.benign) {
    const { state } = benign.get(name) as WatchedAccount;
    benign.set(name, { state, ...readRises(rises) });
  }
  return {
    standing: {
      start: plain.start ?? undefined,
      span: plain.span,
      looks: plain.looks,
      isOver: plain.isOver,
      accounts: new Map(
        plain.accounts.map(([state, rises]) => [
          state['account'] as string,
          { state: readState(state), ...readRises(rises) },
        ]),
      ),
      neighbours: new Map(plain.neighbours),
    },
    benign,
    spent: new Set(plain.spent),
    threshold: plain.threshold ?? Number.POSITIVE_INFINITY,
    named: new Map(plain.named),
    reasons: plain.reasons,
    spoken: new Map(plain.spoken.map(([key, spoken]) => [key, { ...spoken }])),
    keys: new Map(plain.keys),
    nextOrder: plain.nextOrder,
  };
}

function spellRises({ kind, rises, signals }: WatchedAccount): PlainRises {
  return {
    kind,
    rises: rises.map(({ time, exchanges, score }) => [time, exchanges, score]),
    signals: signals === undefined ? null : `${signals.length}:${spellNumbers(signals)}`,
  };
}

function readRises({ kind, rises, signals }: PlainRises): Omit<WatchedAccount, 'state'> {
  return {
    kind,
    rises: rises.map(([time, exchanges, score]): Rise => ({ time, exchanges, score })),
    signals: signals === null ? undefined : readSignals(signals),
  };
}

function readSignals(text: string): Float32Array {
  const [length = '0', numbers = ''] = text.split(':');
  return readNumbers(numbers, new Float32Array(Number(length)));
}

/** Field by field, typed arrays as text. */
function spellState(state: AccountState): PlainState {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      ArrayBuffer.isView(value)
        ? spellNumbers(value as Float32Array)
        : Array.isArray(value)
          ? [...value]
          : value,
    ]),
  ) as PlainState;
}

function readState(plain: PlainState): AccountState {
  const blank = createAccountState(plain['account'] as string, 0);
  const fields = Object.entries(blank).map(([name, value]) => {
    const given = plain[name];
    if (ArrayBuffer.isView(value)) return [name, readNumbers(given as string, value as Float32Array)];
    return [name, Array.isArray(given) ? [...given] : given];
  });
  return Object.assign(blank, Object.fromEntries(fields));
}
