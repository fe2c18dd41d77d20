import type { Detector, Finding, Json } from '@portcullis/detection';
import type { Entry, EntryNamed } from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import { type ExchangeContent, trafficFromExchange } from './traffic-from-exchange.ts';

type Admitted = { readonly entry: EntryNamed<'exchange.admitted'>; readonly index: number };

/** Admissions that wait for their completion; the oldest are forgotten beyond this (a crash leaves some for ever). */
const WAITING_MAX = 100_000;

/** Folds ledger entries into a detector's state, in ledger order. */
export type ExchangeFold = {
  /** @returns findings that this entry led to; a promise only where content has to be read for it */
  handle(index: number, entry: Entry): Finding[] | Promise<Finding[]>;
  snapshot(): Json;
  /** The detector's state as it stands. */
  state(): unknown;
};

export type FoldOptions<State> = {
  readonly detector: Detector<State>;
  /** Content kept with an entry; undefined where it was erased or never kept. Such an exchange is passed over. */
  readonly contentAt: (index: number) => Promise<ExchangeContent | undefined>;
  /** What {@link ExchangeFold.snapshot} gave; the fold then goes on where it was. */
  readonly from?: Json;
};

/**
 * An exchange is handed to the detector when its completion is on the ledger, with the text and the token counts together.
 * The fold reads nothing but the ledger and the vault, so a replay comes to the same findings.
 */
export function createExchangeFold<State>({ detector, contentAt, from }: FoldOptions<State>): ExchangeFold {
  const kept = from === undefined ? undefined : readSnapshot(from);
  let state = kept === undefined ? detector.initial() : detector.restore(kept.state);
  const waiting = new Map<string, Admitted>(kept?.waiting);
  const created = new Map<string, number>(kept?.created);

  const complete = async (entry: EntryNamed<'exchange.completed'>, index: number): Promise<Finding[]> => {
    const admitted = waiting.get(entry.exchange);
    waiting.delete(entry.exchange);
    const request = admitted === undefined ? undefined : await contentAt(admitted.index);
    if (admitted === undefined || request === undefined) return [];
    const content = detector.readsResponses ? { ...request, ...(await contentAt(index)) } : request;
    const traffic = trafficFromExchange(
      admitted,
      entry,
      content,
      created.get(admitted.entry.account) ?? null,
    );
    const stepped = detector.step(state, traffic);
    state = stepped.state;
    return stepped.findings;
  };

  return {
    handle(index, entry) {
      if (entry.type === 'account.created') created.set(entry.account, Date.parse(entry.time) / 1000);
      if (entry.type === 'exchange.admitted') remember(waiting, { entry, index });
      return entry.type === 'exchange.completed' ? complete(entry, index) : [];
    },
    state: () => state,
    snapshot: () => ({
      state: detector.snapshot(state),
      waiting: [...waiting] as unknown as Json,
      created: [...created] as unknown as Json,
    }),
  };
}

function remember(waiting: Map<string, Admitted>, admitted: Admitted): void {
  waiting.set(admitted.entry.exchange, admitted);
  if (waiting.size <= WAITING_MAX) return;
  const oldest = waiting.keys().next().value;
  if (oldest !== undefined) waiting.delete(oldest);
}

type Kept = {
  readonly state: Json;
  readonly waiting: [string, Admitted][];
  readonly created: [string, number][];
};

function readSnapshot(json: Json): Kept {
  const kept = json as unknown as Partial<Kept> | null;
  if (!Array.isArray(kept?.waiting) || !Array.isArray(kept.created) || kept.state === undefined) {
    throw new ServerError(
      'unsupported',
      'The detector snapshot is not one this version wrote; delete it, and the ledger is read again.',
    );
  }
  return kept as Kept;
}
