import type { CasesConfig as Settings } from '../config/config.ts';
import { type KnownRow, readKnownRevealed } from '../projections/known-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import {
  type DecidedFact,
  type LookedFact,
  readOversight,
  type ViewFact,
} from '../projections/oversight-reads.ts';

/** How people review, from what the ledger says they did. Shares are from 0 to 1, null where nothing can be said. */
export type ReviewFigures = {
  readonly views: number;
  readonly decisions: number;
  /** Median time from first opening evidence of a case to one's view, and to one's decision, in milliseconds. */
  readonly dwellToViewMs: number | null;
  readonly dwellToDecisionMs: number | null;
  /** Blind views that say extraction, as the detector does by raising the case. */
  readonly agreesWithDetector: number | null;
  /** Pairs of blind views of one case, by two people, that say the same. */
  readonly agreesWithOthers: number | null;
  /** Cases whose answer was known: how many a person answered, and what share rightly. */
  readonly knownAnswered: number;
  readonly knownRight: number | null;
  /** Proposals that another person rejected. */
  readonly proposalsRejected: number | null;
};
export type Oversight = ReviewFigures & {
  /** Appeals that were decided by opening the account. */
  readonly overturnedOnAppeal: number | null;
  readonly appealsDecided: number;
  readonly undone: number;
  readonly people: readonly (ReviewFigures & {
    readonly person: string;
    readonly alarms: readonly string[];
  })[];
  readonly alarms: readonly string[];
};

/** Figures over everything, and for each person; with alarms that say when looking may have become stamping. */
export function computeOversight({ db }: Pick<ProjectionStore, 'db'>, settings: Settings): Oversight {
  const facts = { ...readOversight(db), known: readKnownRevealed(db) };
  const names = [...new Set([...facts.views, ...facts.decided].map((each) => each.by))].sort();
  const people = names.map((person) => {
    const figures = figuresOf(facts, person);
    return { person, ...figures, alarms: alarmsOf(person, figures, facts, settings) };
  });
  const answered = facts.decided.filter((each) => each.appeal && each.decides && !each.undone);
  const opened = answered.filter((each) => each.measure === 'open' || each.measure === 'dismiss');
  return {
    ...figuresOf(facts),
    overturnedOnAppeal: share(opened.length, answered.length),
    appealsDecided: answered.length,
    undone: facts.decided.filter((each) => each.undone).length,
    people,
    alarms: people.flatMap((each) => each.alarms),
  };
}

type Facts = ReturnType<typeof readOversight> & { readonly known: readonly KnownRow[] };

function figuresOf(facts: Facts, person?: string): ReviewFigures {
  const mine = <T extends { by: string }>(all: readonly T[]): T[] =>
    person === undefined ? [...all] : all.filter((each) => each.by === person);
  const views = firstBlind(mine(facts.views));
  const decided = mine(facts.decided);
  const proposals = decided.filter((each) => each.step === 'proposed');
  const rejected = proposals.filter((each) => each.rejectedByOther);
  const known = mine(facts.known);
  const pairs = pairsOf(firstBlind(facts.views)).filter(
    ([one, other]) => person === undefined || one.by === person || other.by === person,
  );
  return {
    views: views.length,
    decisions: decided.length,
    dwellToViewMs: median(dwells(views, facts.looked)),
    dwellToDecisionMs: median(dwells(decided, facts.looked)),
    agreesWithDetector: share(views.filter((each) => each.view === 'extraction').length, views.length),
    agreesWithOthers: share(pairs.filter(([one, other]) => one.view === other.view).length, pairs.length),
    knownAnswered: known.length,
    knownRight: share(known.filter((each) => each.right).length, known.length),
    proposalsRejected: share(rejected.length, proposals.length),
  };
}

/** A person's first view of each case, where it was blind. */
function firstBlind(views: readonly ViewFact[]): ViewFact[] {
  const first = new Map<string, ViewFact>();
  for (const each of views) {
    const key = `${each.case} ${each.by}`;
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()].filter((each) => each.blind);
}

function pairsOf(views: readonly ViewFact[]): [ViewFact, ViewFact][] {
  return [...Map.groupBy(views, (each) => each.case).values()].flatMap((ofCase) =>
    ofCase.flatMap((one, i) => ofCase.slice(i + 1).map((other): [ViewFact, ViewFact] => [one, other])),
  );
}

/** From when a person first opened evidence of the case. */
function dwells(acts: readonly (ViewFact | DecidedFact)[], looked: readonly LookedFact[]): number[] {
  const firstMs = new Map(looked.map((each) => [`${each.case} ${each.by}`, each.firstMs]));
  return acts.flatMap((each) => {
    const sinceMs = firstMs.get(`${each.case} ${each.by}`);
    return sinceMs === undefined ? [] : [Math.max(0, each.timeMs - sinceMs)];
  });
}

/** What may say that somebody stamps rather than looks; each is a reason to ask them, and no proof. */
function alarmsOf(
  person: string,
  figures: ReviewFigures,
  facts: Facts,
  { alarmDecisions, alarmDwellSeconds }: Settings,
): string[] {
  const alarms: string[] = [];
  const recent = dwells(
    facts.decided.filter((each) => each.by === person).slice(-alarmDecisions),
    facts.looked,
  );
  const typicalMs = median(recent);
  if (recent.length >= alarmDecisions && typicalMs !== null && typicalMs < alarmDwellSeconds * 1000)
    alarms.push(
      `${person} took ${Math.round(typicalMs / 1000)} seconds from opening the evidence to deciding, in the median of the last ${recent.length} decisions.`,
    );
  const seen = dwells(
    firstBlind(facts.views.filter((each) => each.by === person)).slice(-alarmDecisions),
    facts.looked,
  );
  const seenMs = median(seen);
  if (seen.length >= alarmDecisions && seenMs !== null && seenMs < alarmDwellSeconds * 1000)
    alarms.push(
      `${person} took ${Math.round(seenMs / 1000)} seconds from opening the evidence to saying what they see, in the median of the last ${seen.length} views.`,
    );
  if (figures.knownAnswered > 1 && (figures.knownRight ?? 1) < 0.5)
    alarms.push(`${person} was wrong in most of ${figures.knownAnswered} cases whose answer was known.`);
  if (figures.views >= alarmDecisions && figures.agreesWithDetector === 1)
    alarms.push(`${person} said extraction in all of ${figures.views} views.`);
  return alarms;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
