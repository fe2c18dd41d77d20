import { NEAR, signalNames } from '../linking/neighbour-signals.ts';
import { bitsOf } from '../signals/account-layout.ts';
import type { AccountState } from '../signals/account-state.ts';
import { percent } from './account-measures.ts';
import type { HuntSignal } from './hunt-report.ts';

/** Times that neighbours share wordings more often than accounts at large, and share of prompts, from which it is said. */
const LIFT_MIN = Math.log(3);
const SHARED_MIN = 0.03;
/** Days that an account was active for days to be compared. */
const DAYS_MIN = 3;
/** Gathering of exchanges at hours of the day (see `dayShape`) from which an account has hours. */
const HOURS_MIN = 0.3;

type Reader = (name: (typeof signalNames)[number]) => number;
type Said = { readonly signals: HuntSignal[]; readonly against: string[] };

/** How the account stands to those most like it, where the clearest look was one at everybody together. */
export function describeNeighbours(state: AccountState, signals: ArrayLike<number>): Said {
  if (signals.length < signalNames.length) return { signals: [], against: [] };
  const of: Reader = (name) => signals[signalNames.indexOf(name)] as number;
  return {
    signals: [...describeLikeness(of), ...describeSharing(of), ...describeTiming(state, of)],
    against: describePublicTexts(of),
  };
}

const signal = (name: string, value: number, sentence: string): HuntSignal => ({
  name,
  value: Number(value.toPrecision(6)),
  sentence,
});

function describeLikeness(of: Reader): HuntSignal[] {
  const difference = of('difference');
  const opening = of('sameOpening');
  const said: HuntSignal[] = [];
  if (difference < 0.25)
    said.push(
      signal(
        'homogeneity',
        difference,
        `On exchanges that were not used to find them, the ${NEAR} accounts most like it differ from it by ${percent(Math.max(0, difference))} of what accounts usually differ by: no more than samples of one pool would.`,
      ),
    );
  if (opening > 0.25)
    said.push(
      signal(
        'shared_opening',
        opening,
        `${percent(opening)} of them repeat the same opening words with other endings.`,
      ),
    );
  return said;
}

function describeSharing(of: Reader): HuntSignal[] {
  const [wordings, lift, prompts] = [of('templates'), of('templatesLift'), of('prompts')];
  if (lift < LIFT_MIN || wordings < SHARED_MIN) return [];
  const shared = signal(
    'shared_wordings',
    wordings,
    `Of the wordings sampled of it (numbers, quotes and addresses left out), each of the ${NEAR} accounts most like it sent ${percent(wordings)} too, ${Math.exp(lift).toFixed(0)} times as often as accounts at large.`,
  );
  if (prompts > wordings / 4) return [shared];
  return [
    shared,
    signal(
      'divided_work',
      prompts,
      `Of its whole prompts each of them sent ${percent(prompts)}: the wordings are one, the work is divided. Users of one public list repeat its prompts.`,
    ),
  ];
}

function describeTiming(state: AccountState, of: Reader): HuntSignal[] {
  const said: HuntSignal[] = [];
  const pace = Math.exp(of('paceSpread'));
  if (pace < 1.5)
    said.push(
      signal(
        'same_pace',
        pace,
        `Those accounts keep its pace, within a factor of ${pace.toFixed(2)} on average.`,
      ),
    );
  const hours = Math.exp(of('startSpread')) - 1;
  const about = Math.max(1, Math.round(hours));
  if (hours < 24)
    said.push(
      signal(
        'started_together',
        hours,
        `They began within about ${about} ${about === 1 ? 'hour' : 'hours'} of it.`,
      ),
    );
  const apart = of('hoursApart');
  if (apart < 0.2 && of('dayShape') >= HOURS_MIN)
    said.push(signal('same_hours', apart, 'They send at the same hours of the day.'));
  const days = of('daysApart');
  const active = bitsOf(state.activeDays);
  if (days < 0.15 && active >= DAYS_MIN)
    said.push(
      signal(
        'same_days',
        days,
        `They were active on the same of the last days: on average they differ in ${percent(days)} of those on which it or they sent.`,
      ),
    );
  const turns = of('turns');
  if (turns >= 0.25)
    said.push(
      signal(
        'turned_together',
        turns,
        `${Math.round(turns * NEAR)} of the ${NEAR} turned to another model or fell silent within a day of it.`,
      ),
    );
  return said;
}

function describePublicTexts(of: Reader): string[] {
  const [shared, open] = [of('prompts'), of('publicPrompts')];
  if (shared < SHARED_MIN && open < 4 * SHARED_MIN) return [];
  return [
    `${percent(open)} of the prompts sampled of it were sent word for word by other accounts too, as those of a public text or test are; work that is divided does not repeat itself.`,
  ];
}
