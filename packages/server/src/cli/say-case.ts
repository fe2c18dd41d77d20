import type { EntryNamed } from '@portcullis/record';
import type { CaseAccount } from '../cases/case-pages.ts';
import type { ShownCase } from '../cases/show-case.ts';
import type { Io } from './io.ts';
import { count, printable, shortTime, spellAs, table, wrap } from './text.ts';

const ACCOUNTS_SHOWN = 20;
const BULLET = '  • ';
const INDENT = '    ';

/** A case in sentences. @param as such as ` --as ada`, put after commands to type next */
export function sayCase(shown: ShownCase, io: Io, as: string): void {
  const { style } = io;
  const accounts = count(shown.accountsTotal, 'account');
  io.say(
    `${style.bold(shown.case)}: ${STATES[shown.state]}. ${accounts}, opened ${shortTime(shown.openedMs, io.now())}.`,
  );
  if (shown.isMissed) io.say(`  Its deadline was missed: ${shortTime(shown.dueMs, io.now())}.`);
  if (shown.lease !== null)
    io.say(`  ${shown.lease.by} works on it until ${shortTime(shown.lease.untilMs, io.now())}.`);
  sayFinding(shown, io);
  sayAccounts(shown.accounts, io);
  sayPeople(shown, io);
  sayNext(shown, io, as);
}

const STATES: Readonly<Record<ShownCase['state'], string>> = {
  open: 'nobody has decided it',
  proposed: 'a proposal waits for another person',
  appealed: 'an appeal waits to be decided',
  decided: 'decided',
};

function heading(text: string, io: Io): void {
  io.say();
  io.say(io.style.bold(text));
}

function bullets(sentences: readonly string[], io: Io, otherwise: string): void {
  if (sentences.length === 0) io.say(`  ${otherwise}`);
  for (const sentence of sentences) io.say(wrap(sentence, io.width, INDENT, BULLET));
}

function sayFinding({ newestFinding: finding, findings }: ShownCase, io: Io): void {
  if (finding === undefined) return;
  heading('What was found', io);
  const now = io.now();
  const when = `${shortTime(Date.parse(finding.first_time), now)} and ${shortTime(Date.parse(finding.last_time), now)}`;
  const what = finding.kind === 'campaign' ? 'act as one' : 'stand out';
  const sentence = `The detector ${finding.detector.name} ${finding.detector.version} says that ${count(finding.accounts_total, 'account')} ${what}: ${count(finding.exchanges, 'exchange')} between ${when}.`;
  io.say(wrap(sentence, io.width, '  '));
  bullets(
    finding.signals.map((signal) => `${signal.sentence} (${count(signal.examples.length, 'example')})`),
    io,
    'It named no signal.',
  );
  if (finding.bound === undefined || finding.statistic === undefined)
    io.say(
      wrap("The detector's score is shown to you once you have committed your own view.", io.width, '  '),
    );
  else sayScore({ statistic: finding.statistic, bound: finding.bound }, io);
  if (findings.length > 1) io.say(`  This is the newest of ${findings.length} findings of the case.`);
  heading('What speaks against it', io);
  bullets(finding.against, io, 'The detector named nothing. That does not mean that there is nothing.');
  heading('What would have cleared an account', io);
  bullets(finding.would_have_cleared, io, 'The detector named nothing.');
}

/** What the detector says of its own finding: for whom has committed a view. */
export function sayScore(
  { statistic, bound }: Pick<EntryNamed<'finding'>, 'statistic' | 'bound'>,
  io: Io,
): void {
  const kind = bound.kind === 'none' ? 'No error bound:' : `Error bound ${bound.alpha}:`;
  io.say(wrap(`The detector's score is ${statistic}. ${kind} ${bound.statement}`, io.width, '  '));
}

function sayAccounts(accounts: readonly CaseAccount[], io: Io): void {
  heading('Accounts', io);
  const right = true as const;
  const columns = [
    { title: '  account' },
    { title: 'standing' },
    { title: 'exchanges', right },
    { title: 'tokens', right },
    { title: 'refused', right },
    { title: 'last seen' },
  ];
  const rows = accounts
    .slice(0, ACCOUNTS_SHOWN)
    .map((each) => [
      `  ${each.account}`,
      each.standing + (each.legalHold ? ', legal hold' : ''),
      each.exchanges,
      each.tokens,
      each.refusals,
      shortTime(each.lastMs, io.now()),
    ]);
  io.say(table(columns, rows, io.style));
  const more = accounts.length - ACCOUNTS_SHOWN;
  if (more > 0) io.say(`  … and ${more} more; --json lists them.`);
}

type Deed = { readonly index: number; readonly timeMs: number; readonly says: string };

function sayPeople(shown: ShownCase, io: Io): void {
  heading('What people did', io);
  const deeds = [
    ...openingsOf(shown),
    ...viewsOf(shown),
    ...decisionsOf(shown),
    ...appealsOf(shown),
    ...exportsOf(shown),
  ];
  if (deeds.length === 0) io.say('  Nothing yet: nobody has opened the evidence.');
  for (const deed of deeds.sort((a, b) => a.index - b.index)) {
    const time = shortTime(deed.timeMs, io.now());
    io.say(wrap(deed.says, io.width, ' '.repeat(time.length + 4), `  ${time}  `));
  }
}

function viewsOf({ views }: ShownCase): Deed[] {
  return views.map((each) => ({
    ...each,
    says:
      each.view === null
        ? `${each.by} committed a view`
        : `${each.by} committed a view, ${each.view}${each.blind ? '' : ' (not blind)'}: ${each.reasons}`,
  }));
}

function openingsOf({ evidenceOpened }: ShownCase): Deed[] {
  return evidenceOpened.map((each) => ({
    ...each,
    says: `${each.by} opened ${count(each.items.length, 'item')} of evidence`,
  }));
}

function decisionsOf({ decisions }: ShownCase): Deed[] {
  const verbs = {
    proposed: 'proposed',
    final: 'decided',
    confirmed: 'confirmed',
    rejected: 'rejected',
  } as const;
  return decisions.map((each) => ({
    index: each.index,
    timeMs: each.timeMs,
    says: `${each.undoneIndex === null ? '' : '(undone) '}${each.by} ${verbs[each.step]} ${each.measure} for ${count(each.accountsTotal, 'account')}${each.appeal === null ? '' : ` on ${each.appeal}`}: ${each.reasons ?? 'reasons are shown once you have committed your view'}`,
  }));
}

function appealsOf({ appeals }: ShownCase): Deed[] {
  return appeals.map((each) => ({
    index: each.index,
    timeMs: each.timeMs,
    says: `${each.account} appealed (${each.appeal}); ${each.decision === null ? 'not answered yet' : `answered by ${each.decision}`}`,
  }));
}

function exportsOf({ exports }: ShownCase): Deed[] {
  return exports.map(({ index, timeMs, entry }) => ({
    index,
    timeMs,
    says:
      entry.type === 'bundle.exported'
        ? `${entry.by} exported ${entry.bundle} for ${entry.requester}`
        : entry.type,
  }));
}

/** Commands that fit the state, ready to be copied. */
function sayNext(shown: ShownCase, io: Io, as: string): void {
  heading('Next', io);
  const { program } = io;
  const decide = `${program} case decide ${shown.case}`;
  // Who decided before neither confirms it nor hears the appeal: the commands are for somebody else.
  const tookPart = shown.decisions.some((each) => as === spellAs(each.by));
  const other = tookPart ? '' : as;
  const view = `${program} case view ${shown.case}`;
  const commit = `${program} case commit ${shown.case} --view extraction|not|unsure --reasons "…"`;
  const appeal = shown.appeals.find((each) => each.decision === null)?.appeal;
  const lines: Record<ShownCase['state'], readonly string[]> = {
    open: [
      `${view}${as}`,
      `${commit}${as}`,
      `${decide} --measure hold --reasons "…"${as}`,
      `${decide} --measure dismiss --reasons "…"${as}`,
    ],
    proposed: [
      `${view}${other}   # another person than who proposed`,
      `${commit}${other}`,
      `${decide} --confirm --reasons "…"${other}`,
      `${decide} --reject --reasons "…"${as}`,
    ],
    appealed: [
      `${view}${other}   # somebody who decided nothing about the account before`,
      `${commit}${other}`,
      `${decide} --appeal ${appeal ?? 'APPEAL'} --measure open --reasons "…"${other}`,
    ],
    decided: [
      `${program} export ${shown.case} --requester "…" --purpose "…" --legal-basis "…"${as}`,
      `${program} case appeal ${shown.case} --account ACCOUNT --grounds "…"${as}`,
    ],
  };
  for (const line of lines[shown.state]) io.say(`  ${printable(line)}`);
}
