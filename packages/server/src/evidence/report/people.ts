import type { Item } from '../scan-ledger.ts';
import type { CaseEntries } from '../write-leaves.ts';
import { count, list, plain, readableTime } from './plain.ts';

const STEPS: Readonly<Record<Item<'decision'>['entry']['step'], string>> = {
  proposed: 'proposed',
  confirmed: 'confirmed',
  rejected: 'rejected',
  final: 'decided',
};

/** Who decided what, when and why; whether the accused was heard. */
export function reportPeople(entries: CaseEntries): string {
  return `## Who decided what, and why
${list(entries.of('decision').map(sayDecision), 'Nobody has decided this case. No measure rests on it.')}

${sayStandings(entries)}

### Who looked at the evidence
${list(entries.of('evidence.viewed').map(sayView), 'Nobody opened the evidence in the program.')}

### What each said before the score was shown to them
${list(entries.of('view.committed').map(sayCommitted), 'Nobody committed a view of their own.')}

### Was the accused heard
${sayHeard(entries)}`;
}

function sayDecision({ index, entry }: Item<'decision'>): string {
  const what = entry.measure === 'dismiss' ? 'to dismiss the case' : `the standing “${entry.measure}”`;
  const appeal = entry.appeal === undefined ? '' : `, on the appeal ${entry.appeal}`;
  return (
    `${readableTime(entry.time)}: **${plain(entry.by)}** ${STEPS[entry.step]} ${what} for ${count(entry.accounts_total, 'account')}${appeal}. ` +
    `Rule: ${plain(entry.rule)} Reasons: ${plain(entry.reasons)} (entry ${index})`
  );
}

function sayStandings(entries: CaseEntries): string {
  const set = entries.of('standing.set');
  if (set.length === 0) return 'The standing of no account was changed.';
  const lines = set.map(
    ({ index, entry }) =>
      `${readableTime(entry.time)}: ${count(entry.accounts.length, 'account')} set to “${entry.standing}” (entry ${index})`,
  );
  return `### What the gate did\n${list(lines, '')}`;
}

function sayView({ index, entry }: Item<'evidence.viewed'>): string {
  return `${readableTime(entry.time)}: ${plain(entry.by)} opened ${count(entry.items.length, 'item')} (entry ${index})`;
}

function sayCommitted({ index, entry }: Item<'view.committed'>): string {
  return `${readableTime(entry.time)}: **${plain(entry.by)}** said “${entry.view}”: ${plain(entry.reasons)} (entry ${index})`;
}

function sayHeard(entries: CaseEntries): string {
  const appeals = entries.of('appeal');
  if (appeals.length === 0)
    return 'No statement of an accused account is on the ledger: nobody appealed, and the program does not record that anybody was asked before a decision.';
  const lines = appeals.map(({ index, entry }) => {
    const answers = entries
      .of('decision')
      .filter((decision) => decision.entry.appeal === entry.appeal)
      .map((decision) => `entry ${decision.index}`);
    const grounds = entries.heard.has(entry.appeal)
      ? 'its grounds are in disclosed.jsonl'
      : 'its grounds are not disclosed here';
    const answered = answers.length === 0 ? 'not answered yet' : `answered in ${answers.join(', ')}`;
    return `${readableTime(entry.time)}: ${plain(entry.account)} appealed; ${grounds}; ${answered} (entry ${index})`;
  });
  return list(lines, '');
}
