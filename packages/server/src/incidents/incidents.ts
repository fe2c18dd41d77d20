import { createEntry, type Entry, INCIDENT_KINDS, type IncidentKind } from '@portcullis/record';
import { checkReasons, checkText } from '../accounts/checks.ts';
import type { InTurn } from '../accounts/in-turn.ts';
import type { Person } from '../accounts/operators.ts';
import { type Random, randomId } from '../accounts/random.ts';
import { clockOf } from '../policy/clocks/clock-rows.ts';
import { readCase } from '../projections/cases-projection.ts';
import { wasMissed } from '../projections/deadlines-projection.ts';
import { readIncidentEntries } from '../projections/incidents-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { type ShownIncident, showIncident } from './show-incident.ts';

export type IncidentsConfig = {
  readonly store: Pick<ProjectionStore, 'db'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly inTurn: InTurn;
  /** Appends and waits until the projections have it. */
  readonly record: (entry: Entry) => Promise<number>;
};
export type AwareInput = {
  readonly by: Person;
  readonly what: string;
  readonly kinds: readonly string[];
  /** RFC 3339; now where left out. */
  readonly aware?: string;
  readonly case?: string;
};
type Of = { readonly incident: string; readonly by: Person };

const WHAT_CHARS_MAX = 600;

/**
 * Incidents and their clocks: one moment of becoming aware starts every deadline of the rules that may apply, and a person decides for each rule
 * whether it does. Each call throws ServerError `bad-request`, `not-found`, `conflict`, `forbidden`.
 */
export function createIncidents(config: IncidentsConfig) {
  const { store, clock, record, inTurn } = config;

  function show(incident: string): ShownIncident {
    const found = showIncident(readIncidentEntries(store.db, incident), clock.now());
    if (found === undefined)
      throw new ServerError('not-found', 'There is no such incident. List them: portcullis incident list.');
    return found;
  }

  /** Newest first. */
  function list(): ShownIncident[] {
    const byIncident = Map.groupBy(readIncidentEntries(store.db), (each) => each.incident);
    return [...byIncident.values()]
      .flatMap((entries) => showIncident(entries, clock.now()) ?? [])
      .toReversed();
  }

  async function become(input: AwareInput): Promise<ShownIncident> {
    const what = checkText(input.what, 'What happened', 20, WHAT_CHARS_MAX);
    const kinds = INCIDENT_KINDS.filter((kind) => input.kinds.includes(kind));
    const unknown = input.kinds.find((kind) => !kinds.includes(kind as IncidentKind));
    if (kinds.length === 0 || unknown !== undefined)
      throw new ServerError('bad-request', `Name kinds of ${INCIDENT_KINDS.join(', ')}, at least one.`);
    if (input.case !== undefined && readCase(store.db, input.case) === undefined)
      throw new ServerError('not-found', 'There is no such case. List them: portcullis case list.');
    const aware = checkTime(input.aware, clock.now());
    const incident = randomId(config.random, 'incident', 6);
    const body = { incident, case: input.case ?? null, aware, what, kinds, by: input.by.operator };
    await record(createEntry('incident.aware', clock.now(), body));
    return show(incident);
  }

  const classify = (input: Of & { rule: string; reportable: boolean; reasons: string }) =>
    inTurn(input.incident, async () => {
      const { incident, rule, reportable, by } = input;
      const rules = new Set(show(incident).due.map((each) => each.rule));
      if (!rules.has(rule))
        throw new ServerError('bad-request', `The rules of ${incident} are ${[...rules].join(', ')}.`);
      const reasons = checkReasons(input.reasons);
      const body = { incident, rule, reportable, reasons, by: by.operator };
      await record(createEntry('incident.classified', clock.now(), body));
      return show(incident);
    });

  const report = (input: Of & { clock: string; reference: string }) =>
    inTurn(input.incident, async () => {
      const { incident, by } = input;
      const row = clockOf(input.clock);
      const shown = show(incident);
      const due = shown.due.find((each) => each.clock === input.clock);
      if (row === undefined || due === undefined)
        throw new ServerError(
          'bad-request',
          `The clocks of ${incident} are ${shown.due.map((each) => each.clock).join(', ')}.`,
        );
      const isReportable = shown.classified.findLast((each) => each.rule === row.rule)?.reportable;
      if (isReportable !== true)
        throw new ServerError(
          'conflict',
          `Nobody has decided that ${incident} is reportable under ${row.rule}. Decide that first: portcullis incident classify ${incident} --rule ${row.rule} --reportable yes --reasons "…"`,
        );
      if (due.state === 'done' || due.state === 'waits')
        throw new ServerError('conflict', `Nothing is to be reported under ${row.clock} now.`);
      const reference = checkText(input.reference, 'The reference', 1, WHAT_CHARS_MAX);
      const body = { incident, clock: row.clock, reference, by: by.operator };
      await record(createEntry('incident.reported', clock.now(), body));
      return show(incident);
    });

  const resolve = (input: Of & { reasons: string; resolved?: string }) =>
    inTurn(input.incident, async () => {
      const { incident, by } = input;
      if (show(incident).resolvedMs !== null)
        throw new ServerError('conflict', `${incident} is resolved already.`);
      const reasons = checkReasons(input.reasons);
      const resolved = checkTime(input.resolved, clock.now());
      await record(
        createEntry('incident.resolved', clock.now(), { incident, resolved, reasons, by: by.operator }),
      );
      return show(incident);
    });

  /** Records what is late, once for each time that a clock comes. */
  const raiseLate = () =>
    inTurn('late incidents', async () => {
      for (const { incident, due } of list())
        for (const { clock: deadline, state, dueMs } of due) {
          if (state !== 'late' || dueMs === null || wasMissed(store.db, incident, deadline, dueMs)) continue;
          const late = {
            of: incident,
            deadline,
            due: new Date(dueMs).toISOString(),
            raised_to: 'admin',
          } as const;
          await record(createEntry('deadline.missed', clock.now(), late));
        }
    });

  return { list, show, become, classify, report, resolve, raiseLate };
}

export type Incidents = ReturnType<typeof createIncidents>;

/** A time that is not to come, as an entry spells it; now where none is given. @throws ServerError `bad-request` */
function checkTime(given: string | undefined, nowMs: number): string {
  const timeMs = given === undefined ? nowMs : Date.parse(given);
  if (Number.isNaN(timeMs) || timeMs > nowMs)
    throw new ServerError('bad-request', 'The time must be like 2026-11-23T09:30:00Z, and not to come.');
  return new Date(timeMs).toISOString();
}
