import { readHealth } from '../projections/health-projection.ts';
import { countStandings } from '../projections/standings-projection.ts';
import { readTraffic, TRAFFIC_SLOT_MS } from '../projections/traffic-projection.ts';
import { ServerError } from '../server-error.ts';
import { listEntries, proveEntry } from './published-entries.ts';
import { ANYBODY } from './roles.ts';
import type { Call, Route } from './route.ts';

const HOUR_MS = 3_600_000;
const HOURS_MAX = 24 * 31;
const POLICIES_MAX = 20;

/** @throws ServerError `bad-request` */
function numberOf(text: string, what: string, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new ServerError('bad-request', `${what} must be a whole number up to ${max}.`);
  return value;
}

function traffic({ ports, query }: Call) {
  const hours = Math.max(1, numberOf(query.get('hours') ?? '24', 'hours', HOURS_MAX));
  const nowMs = ports.clock.now();
  const { db } = ports.store;
  return {
    slotMs: TRAFFIC_SLOT_MS,
    nowMs,
    slots: readTraffic(db, nowMs - hours * HOUR_MS, nowMs),
    standings: countStandings(db),
  };
}

/** The settings that ruled, newest first. */
function policies({ ports }: Call) {
  const loaded = readHealth(ports.store.db, 0, Number.MAX_SAFE_INTEGER).flatMap(({ index, entry }) =>
    entry.type === 'policy.loaded'
      ? [{ index, time: entry.time, digest: entry.digest, settings: entry.settings }]
      : [],
  );
  return { policies: loaded.slice(-POLICIES_MAX).toReversed() };
}

function entries({ ports, query, by }: Call) {
  const before = query.get('before');
  const { published, store } = ports;
  return listEntries(
    { published, store, by },
    before === null ? undefined : numberOf(before, 'before', Number.MAX_SAFE_INTEGER),
  );
}

export const READING_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/traffic',
    roles: ANYBODY,
    does: 'Sums of all traffic in slots of ten minutes, of the last 24 hours or `hours`, and how many accounts have which standing.',
    query: ['hours'],
    status: 200,
    answer:
      '`slotMs`, `nowMs`, `slots`: `startMs`, `exchanges`, `completed`, `tokens`, `refused`; `standings`',
    handle: traffic,
  },
  {
    method: 'GET',
    path: '/v1/policies',
    roles: ANYBODY,
    does: 'Lists the settings that ruled, newest first, as the ledger has them.',
    status: 200,
    answer: '`policies`: `index`, `time`, `digest`, `settings`',
    handle: policies,
  },
  {
    method: 'GET',
    path: '/v1/ledger/entries',
    roles: ANYBODY,
    does: 'Lists published entries, newest first, 100 at a time. What would tell you the score of a case, or the view of others, before your own is withheld.',
    query: ['before'],
    status: 200,
    answer: '`size`, `entries`: `index`, `type`, `time`, `entry` or `withheld`; `next` (give it as `before`)',
    handle: entries,
  },
  {
    method: 'GET',
    path: '/v1/ledger/entries/:index',
    roles: ANYBODY,
    does: 'Shows an entry with its proof (tlog-proof) against the published checkpoint; a withheld one as its hash alone.',
    status: 200,
    answer:
      '`index`, `type`, `time`, `entry` or `withheld`, `leaf` (base64 or null), `leafHash` (base64), `proof`',
    handle: ({ ports, params, by }) =>
      proveEntry(
        { published: ports.published, store: ports.store, by },
        numberOf(params.index as string, 'The index', Number.MAX_SAFE_INTEGER),
      ),
  },
];
