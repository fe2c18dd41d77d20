import type { SeenAnswer } from '../../packages/server/src/start/test/callers.ts';

/** One moment of a soak; also a row of its CSV. Times in seconds since the start, memory in MiB, latencies and delays in milliseconds. */
export type Sample = {
  readonly time: number;
  readonly rss: number;
  readonly heap_main: number;
  readonly heap_gates: number;
  readonly heap_ledger: number;
  readonly heap_detector: number;
  /** Buffers beside the heaps, of all threads. */
  readonly external: number;
  readonly lag_projections: number;
  readonly lag_detector: number;
  readonly loop_delay_main_p99: number;
  readonly loop_delay_gates_p99: number;
  readonly head_p50: number;
  readonly head_p99: number;
  readonly total_p50: number;
  readonly total_p99: number;
  /** Answers since the last sample. */
  readonly released: number;
  readonly refused: number;
  readonly cut: number;
  readonly taking_entries: number;
};

const MIB = 2 ** 20;

/** Asks the server for its figures. */
export async function takeSample(
  gateUrl: string,
  timeSeconds: number,
  answers: readonly SeenAnswer[],
): Promise<Sample> {
  const metrics = readMetrics(await (await fetch(`${gateUrl}/metrics`)).text());
  const sum = (name: string, ...having: readonly string[]): number =>
    pick(metrics, name, having).reduce((total, value) => total + value, 0);
  const most = (name: string, ...having: readonly string[]): number =>
    Math.max(0, ...pick(metrics, name, having));
  const heap = (thread: string): number =>
    round(sum('portcullis_heap_used_bytes', `thread="${thread}`) / MIB);
  const delay = (thread: string): number =>
    round(most('portcullis_event_loop_delay_seconds', `thread="${thread}`, 'quantile="0.99"') * 1e3);
  const released = answers.filter(({ status }) => status === 200);
  const heads = released.map(({ headMs }) => headMs);
  const totals = released.map(({ totalMs }) => totalMs);
  return {
    time: round(timeSeconds),
    rss: round(sum('process_resident_memory_bytes') / MIB),
    heap_main: heap('main'),
    heap_gates: heap('gate'),
    heap_ledger: heap('ledger'),
    heap_detector: heap('detector'),
    external: round(sum('portcullis_external_memory_bytes') / MIB),
    lag_projections: sum('portcullis_follower_lag_entries', 'projections'),
    lag_detector: sum('portcullis_follower_lag_entries', 'detector'),
    loop_delay_main_p99: delay('main'),
    loop_delay_gates_p99: delay('gate'),
    head_p50: quantile(heads, 0.5),
    head_p99: quantile(heads, 0.99),
    total_p50: quantile(totals, 0.5),
    total_p99: quantile(totals, 0.99),
    released: released.length,
    refused: answers.filter(({ status }) => status >= 400).length,
    cut: answers.filter(({ status, whole }) => status === 0 || (status === 200 && !whole)).length,
    taking_entries: sum('portcullis_ledger_taking_entries'),
  };
}

type Metric = { readonly name: string; readonly labels: string; readonly value: number };

function readMetrics(text: string): Metric[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', labels: match[2] ?? '', value: Number(match[3]) }];
  });
}

function pick(metrics: readonly Metric[], name: string, having: readonly string[]): number[] {
  return metrics
    .filter((each) => each.name === name && having.every((part) => each.labels.includes(part)))
    .map(({ value }) => value);
}

/** 0 where there is nothing. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
