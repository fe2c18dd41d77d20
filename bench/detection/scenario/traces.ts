import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';

const DAY_S = 86_400;
const HOURS = 24;

/** A traced client: how its load lies over the hours of a day (sums to 1), and how bursty it is. */
export type Client = { readonly hours: Float64Array; readonly cv: number };

export type Traces = {
  readonly clients: readonly Client[];
  /** How people's load lies over their day, its quietest hours first: see `meanDay`. */
  readonly day: Float64Array;
  /** Seconds between two requests of one dialogue. */
  readonly gapsS: readonly number[];
  /** Tokens of answers in a chat service. */
  readonly outputTokens: readonly number[];
};

function rows(folder: string, file: string): string[][] {
  const text = gunzipSync(readFileSync(join(folder, 'traces', file))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/** Clients that were seen in fewer windows than this say little about their day. */
const WINDOWS_MIN = 100;

function readClients(folder: string): Client[] {
  const byName = new Map<string, { hours: Float64Array; cvs: number[] }>();
  for (const [name, , t, window, rate, cv] of rows(folder, 'servegen_client_windows_a.csv.gz')) {
    const client = byName.get(name as string) ?? { hours: new Float64Array(HOURS), cvs: [] };
    const hour = Math.floor((Number(t) % DAY_S) / 3600);
    client.hours[hour] = (client.hours[hour] as number) + Number(rate) * Number(window);
    if (Number(cv) > 0) client.cvs.push(Number(cv));
    byName.set(name as string, client);
  }
  const clients: Client[] = [];
  for (const { hours, cvs } of byName.values()) {
    if (cvs.length < WINDOWS_MIN) continue;
    const sum = hours.reduce((a, b) => a + b, 0);
    const sorted = cvs.toSorted((a, b) => a - b);
    clients.push({ hours: hours.map((load) => load / sum), cv: sorted[sorted.length >> 1] as number });
  }
  return clients;
}

const QUIET_HOURS = 6;

/** Where the six quietest hours in a row begin, and what they hold of a day's load. */
function quietest(hours: Float64Array): { start: number; load: number } {
  const loads = Array.from(hours, (_, start) => {
    let load = 0;
    for (let h = 0; h < QUIET_HOURS; h++) load += hours[(start + h) % HOURS] as number;
    return { start, load };
  });
  return loads.reduce((a, b) => (b.load < a.load ? b : a));
}

/** The mean day of the quarter of clients that sleep most, their nights laid upon each other: most clients are programs and never sleep. */
function meanDay(clients: readonly Client[]): Float64Array {
  const nights = clients.map(({ hours }) => ({ hours, ...quietest(hours) })).sort((a, b) => a.load - b.load);
  const sleepers = nights.slice(0, Math.ceil(nights.length / 4));
  return Float64Array.from(
    { length: HOURS },
    (_, h) =>
      sleepers.reduce((sum, { hours, start }) => sum + (hours[(start + h) % HOURS] as number), 0) /
      sleepers.length,
  );
}

/** Gaps inside one hour only: the trace is no longer than that. */
function readGaps(folder: string): number[] {
  const last = new Map<string, number>();
  const gaps: number[] = [];
  for (const [t, session] of rows(folder, 'mooncake_conversation.csv.gz')) {
    if (!session) continue;
    const before = last.get(session);
    if (before !== undefined && Number(t) > before) gaps.push(Number(t) - before);
    last.set(session, Number(t));
  }
  return gaps;
}

const loaded = new Map<string, Traces>();

export function loadTraces(folder: string): Traces {
  const known = loaded.get(folder);
  if (known) return known;
  const clients = readClients(folder);
  const day = meanDay(clients);
  const outputTokens = rows(folder, 'azure_llm_2023_conv.csv.gz').map((row) => Number(row[4]));
  const traces = { clients, day, gapsS: readGaps(folder), outputTokens };
  loaded.set(folder, traces);
  return traces;
}

/** Seconds into a day, drawn by its hours, which are turned by `shiftHours`. */
export function drawSecondOfDay(hours: Float64Array, shiftHours: number, random: SeededRandom): number {
  let rest = random.next();
  let hour = 0;
  while (hour < HOURS - 1 && rest >= (hours[hour] as number)) rest -= hours[hour++] as number;
  return ((hour + shiftHours) % HOURS) * 3600 + random.next() * 3600;
}
