import { type Family, label, renderCounters } from '../gate/counters.ts';
import type { Quorum } from './quorum.ts';
import type { WitnessWatch } from './witness-watch.ts';

/** How one witness stands, as status, metrics and the admin API tell it. */
export type WitnessStatus = {
  readonly name: string;
  /** The name of its keys. */
  readonly cosigner: string;
  readonly url: string;
  readonly state: WitnessWatch['state'];
  /** The alarm that stands: `ahead`, `inconsistent`, `forgotten`; null where none does. */
  readonly alarm: string | null;
  /** Why it is in that state; empty where all is well. */
  readonly message: string;
  /** The largest tree that it cosigned; 0 where it never did. */
  readonly size: number;
  /** RFC 3339; null where it never did. */
  readonly time: string | null;
  /** Published entries that it has not cosigned. */
  readonly lag: number;
};

export type WitnessingStatus = {
  /** How many of the witnesses it takes; 0 where none is configured. */
  readonly quorum: number;
  /** The newest checkpoint with a quorum: its size, and the published entries beyond. Null where there is none. */
  readonly witnessed: { readonly size: number; readonly lag: number } | null;
  readonly witnesses: readonly WitnessStatus[];
  /** Alarms raised since the start, by witness and reason. */
  readonly alarms: readonly { readonly witness: string; readonly reason: string; readonly count: number }[];
};

export function describeWitnessing(from: {
  readonly watches: readonly WitnessWatch[];
  readonly quorum: Quorum;
  readonly witnessed: { readonly size: number } | undefined;
  readonly alarms: ReadonlyMap<string, number>;
  readonly publishedSize: number;
}): WitnessingStatus {
  const { watches, quorum, witnessed, publishedSize } = from;
  const lagOf = (size: number): number => Math.max(0, publishedSize - size);
  return {
    quorum: quorum.least,
    witnessed: witnessed === undefined ? null : { size: witnessed.size, lag: lagOf(witnessed.size) },
    witnesses: watches.map(({ config, cosigner, state, alarm, message, size, timeMs }) => ({
      name: config.name,
      cosigner,
      url: config.url,
      state,
      alarm: alarm === '' ? null : alarm,
      message,
      size,
      time: timeMs === 0 ? null : new Date(timeMs).toISOString(),
      lag: lagOf(size),
    })),
    alarms: [...from.alarms].map(([key, count]) => {
      const [witness, reason] = key.split(' ') as [string, string];
      return { witness, reason, count };
    }),
  };
}

const family = (name: string, kind: Family['kind'], help: string): Family => ({ name, kind, help });
const WITNESSED = family(
  'portcullis_witnessed_entries',
  'gauge',
  'Entries under the newest checkpoint that a quorum of witnesses cosigned',
);
const COSIGNED = family(
  'portcullis_witness_cosigned_entries',
  'gauge',
  'Entries that a witness cosigned last',
);
const COSIGNED_TIME = family(
  'portcullis_witness_cosigned_time_seconds',
  'gauge',
  'Unix time of a witness’s last cosignature',
);
const LAG = family(
  'portcullis_witness_lag_entries',
  'gauge',
  'Published entries that a witness has not cosigned',
);
const UP = family('portcullis_witness_up', 'gauge', '1 where a witness cosigned when it was asked last');
const ALARM = family(
  'portcullis_witness_alarms_total',
  'counter',
  'Times that a witness and the ledger disagreed about its history',
);

/** Prometheus text; empty where no witness is configured. */
export function witnessMetrics(status: WitnessingStatus): string {
  if (status.witnesses.length === 0) return '';
  const of = (value: (witness: WitnessStatus) => number) =>
    new Map(status.witnesses.map((one) => [label('witness', one.name), [value(one)]]));
  const alarms = status.alarms.map(({ witness, reason, count }): [string, number[]] => [
    `${label('witness', witness)},${label('reason', reason)}`,
    [count],
  ]);
  return renderCounters(
    [WITNESSED, COSIGNED, COSIGNED_TIME, LAG, UP, ALARM],
    new Map([
      [WITNESSED.name, new Map([['', [status.witnessed?.size ?? 0]]])],
      [COSIGNED.name, of(({ size }) => size)],
      [COSIGNED_TIME.name, of(({ time }) => (time === null ? 0 : Date.parse(time) / 1000))],
      [LAG.name, of(({ lag }) => lag)],
      [UP.name, of(({ state }) => (state === 'cosigned' || state === 'partly' ? 1 : 0))],
      [ALARM.name, new Map(alarms)],
    ]),
  );
}
