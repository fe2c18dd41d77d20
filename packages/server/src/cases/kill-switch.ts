import { createEntry } from '@portcullis/record';
import { checkReasons } from '../accounts/checks.ts';
import { readWaitingDecisions } from '../projections/decisions-projection.ts';
import { type DrillRow, readDrills, readSwitch, type SwitchState } from '../projections/switch-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { requireReviewer } from './case-rules.ts';
import { standingOf } from './standing-reactor.ts';

export type TurnInput = { readonly by: Person; readonly reasons: string };
export type ShownSwitch = SwitchState & {
  /** Restrictions that would take effect by themselves and wait for the switch or for their window. */
  readonly waiting: number;
  /** Newest first. */
  readonly drills: readonly DrillRow[];
};
export type Drilled = { readonly passed: boolean; readonly found: string };

/**
 * The turn in which the switch is turned, and in which a reactor looks at it and then appends: what a reactor does stands before the entry that
 * stops it, or not at all. Nothing waits for another turn in it.
 */
export const BY_ITSELF = 'by itself';

/**
 * The switch that stops what no person does at that moment: no case is opened or extended, and no restriction takes effect by the clock. What
 * people do at once (an immediate hold), what opens accounts, records and reminders goes on.
 */
export function createKillSwitch(context: CaseContext, runReactors: () => Promise<void>) {
  const { store } = context;

  const turn = (stopped: boolean, drill: boolean, { by, reasons }: TurnInput): Promise<number> =>
    context.inTurn(BY_ITSELF, () =>
      context.record(
        createEntry('switch.turned', context.clock.now(), {
          stopped,
          drill,
          by: by.operator,
          reasons: checkReasons(reasons),
        }),
      ),
    );

  function show(): ShownSwitch {
    const waiting = readWaitingDecisions(store.db).filter((each) => standingOf(each.measure) !== 'open');
    return { ...readSwitch(store.db), waiting: waiting.length, drills: readDrills(store.db) };
  }

  function requireState(stopped: boolean): void {
    if (readSwitch(store.db).stopped === stopped) return;
    throw new ServerError('conflict', stopped ? 'Nothing is stopped.' : 'It is stopped already.');
  }

  /** @throws ServerError `conflict`, `bad-request` */
  const stop = (input: TurnInput): Promise<ShownSwitch> => {
    requireReviewer(input.by);
    return context.inTurn('switch', async () => {
      requireState(false);
      await turn(true, false, input);
      return show();
    });
  };

  const start = (input: TurnInput): Promise<ShownSwitch> => {
    requireReviewer(input.by);
    return context.inTurn('switch', async () => {
      requireState(true);
      await turn(false, false, input);
      await runReactors();
      return show();
    });
  };

  /** Stops everything, lets every reactor run, looks whether any of them did something, and starts everything again. */
  const drill = (input: TurnInput): Promise<Drilled> => {
    requireReviewer(input.by);
    return context.inTurn('switch', async () => {
      requireState(false);
      const stoppedAt = await turn(true, true, input);
      let acted: string[];
      try {
        const seen = watchActs(context);
        await runReactors();
        acted = seen.end();
      } finally {
        await turn(false, true, input);
      }
      const passed = acted.length === 0;
      const found = passed
        ? `Between entry ${stoppedAt} and the next turn no case was opened and no restriction took effect by itself.`
        : `While it was stopped, this was done all the same: ${[...new Set(acted)].join(', ')}.`;
      await context.record(
        createEntry('switch.drilled', context.clock.now(), { by: input.by.operator, passed, found }),
      );
      await runReactors();
      return { passed, found };
    });
  };
  return { show, stop, start, drill };
}

/** Collects what reactors must not do while they are stopped. */
function watchActs({ store }: CaseContext) {
  const acted: string[] = [];
  const end = store.onProjected((batch) => {
    for (const { entry } of batch)
      if (
        entry.type === 'case.opened' ||
        entry.type === 'case.extended' ||
        entry.type === 'decision.effected'
      )
        acted.push(entry.type);
  });
  return {
    end() {
      end();
      return acted;
    },
  };
}
