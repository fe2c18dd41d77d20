import { type DecisionRow, readDecisions, readDecisionMembers } from '../projections/decisions-projection.ts';
import { readCaseFindings } from '../projections/cases-projection.ts';
import { readExchanges } from '../projections/exchanges-projection.ts';
import { readFinding, readFindingMembers } from '../projections/findings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext } from './case-ports.ts';

/** What an account is told about a decision on it, in words, and nothing that shows how the detector works. */
export type Statement = {
  readonly case: string;
  readonly account: string;
  readonly decision: string;
  readonly decidedMs: number;
  /** What was decided, from when, and for how long. */
  readonly what: string;
  readonly howLong: string;
  readonly facts: readonly string[];
  /** Whether and how a program took part. */
  readonly automation: string;
  readonly rule: string;
  readonly reasons: string;
  readonly appeal: string;
};

const WHAT: Readonly<Record<DecisionRow['measure'], string>> = {
  open: 'Your account is open: nothing restricts it.',
  dismiss: 'The case was dismissed: nothing restricts your account because of it.',
  slow: 'Answers to your account are delayed, and its limits are lower.',
  plain: 'Your account gets answers without logprobs, logit_bias and several choices.',
  hold: 'Your account is on hold: its requests are refused.',
  closed: 'Your account is closed: its requests are refused.',
};
const HOW_LONG: Readonly<Record<DecisionRow['measure'], string>> = {
  open: 'This has no end.',
  dismiss: 'This has no end.',
  slow: 'Until a person decides otherwise. You can ask for that at any time.',
  plain: 'Until a person decides otherwise. You can ask for that at any time.',
  hold: 'Until a person decides otherwise. You can ask for that at any time.',
  closed: 'For good, unless a person decides otherwise on your appeal.',
};

/** What each kind of signal means for the account, without how it is measured or how much it weighs. */
const PATTERNS: Readonly<Record<string, string>> = {
  'shared-template': 'Requests of your account are worded like requests of other accounts.',
  'divided-work':
    'Your account and others each worked on parts that hardly repeat, as if one list of work had been divided.',
  'template-share': 'Requests worded so are a large part of what your account sends.',
  volume: 'Your account sends more of such requests than accounts of its kind do.',
  coverage: 'Requests of your account go through a subject more evenly than accounts of its kind do.',
  homogeneity: 'Requests of your account are more alike than those of accounts of its kind.',
};
const OTHER_PATTERN = 'Your account has details of its use in common with other accounts.';

const DAY = (text: string): string => text.slice(0, 10);

/**
 * The newest decision about an account in a case, as the account is told it.
 * @throws ServerError `conflict` where nothing was decided about it
 */
export function composeStatement(
  context: Pick<CaseContext, 'store' | 'settings' | 'contact'>,
  caseId: string,
  account: string,
): Statement {
  const { db } = context.store;
  const decisions = readDecisions(db, caseId);
  const decision = decisions.findLast(
    (each) =>
      (each.step === 'final' || each.step === 'confirmed') &&
      each.undoneIndex === null &&
      readDecisionMembers(db, each.decision).includes(account),
  );
  if (decision === undefined)
    throw new ServerError('conflict', `Nothing was decided about ${account} in ${caseId}.`);
  return {
    case: caseId,
    account,
    decision: decision.decision,
    decidedMs: decision.timeMs,
    what: `${WHAT[decision.measure]} This was decided on ${sayTime(decision.timeMs)}${sayEffect(decision)}.`,
    howLong: HOW_LONG[decision.measure],
    facts: factsOf(context, caseId, account, decision),
    automation: sayAutomation(decision),
    rule: decision.rule,
    reasons: decision.reasons,
    appeal: `You can appeal at any time, in your own words; somebody who took no part in this decision hears it, within ${sayHours(context.settings.appealHours)}. Use the page that the link opens, or write to us: ${context.contact()}`,
  };
}

/** The statement as one text. */
export function spellStatement(statement: Statement): string {
  const { what, howLong, facts, automation, rule, reasons, appeal } = statement;
  const parts: readonly (readonly [string, string])[] = [
    ['What was decided', what],
    ['For how long', howLong],
    ['On what facts', facts.map((fact) => `- ${fact}`).join('\n')],
    ['Whether a program took part', automation],
    ['By which rule', rule],
    ['Why', reasons],
    ['How to appeal', appeal],
  ];
  const head = `Statement of reasons for the account ${statement.account}, case ${statement.case}, decision ${statement.decision}`;
  return [head, ...parts.map(([title, text]) => `${title}\n${text}`)].join('\n\n');
}

const sayTime = (timeMs: number): string =>
  `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const sayHours = (hours: number): string => (hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`);

function sayEffect({ takesEffectMs, timeMs }: DecisionRow): string {
  return takesEffectMs === null || takesEffectMs <= timeMs
    ? ''
    : ` and takes effect on ${sayTime(takesEffectMs)}`;
}

function sayAutomation({ confirms }: DecisionRow): string {
  const people =
    confirms === null ? 'A person decided it' : 'Two different people decided it, one after the other';
  return `A program compares the traffic of accounts and raised this case; it can not decide. ${people}, after looking at the evidence and saying what they saw before they were shown what the program thought.`;
}

function factsOf(
  { store: { db } }: Pick<CaseContext, 'store'>,
  caseId: string,
  account: string,
  decision: DecisionRow,
): string[] {
  const findings = readCaseFindings(db, caseId)
    .filter((each) => each.index < decision.index)
    .flatMap((each) => readFinding(db, each.finding) ?? [])
    .filter((each) => readFindingMembers(db, each.finding).includes(account));
  const newest = findings.at(-1)?.entry;
  if (newest === undefined) return ['No finding names your account any more.'];
  const sent = readExchanges(
    db,
    account,
    Date.parse(newest.first_time),
    Date.parse(newest.last_time) + 1,
  ).length;
  const names = new Set(findings.flatMap((each) => each.entry.signals.map((signal) => signal.name)));
  const patterns = [...names].map((name) => PATTERNS[name] ?? OTHER_PATTERN);
  return [
    `Requests from ${DAY(newest.first_time)} to ${DAY(newest.last_time)} were looked at; your account sent ${sent} of them. You can see and verify the record of each.`,
    ...new Set(patterns),
    'This is about traffic. It says nothing about who you are.',
  ];
}
