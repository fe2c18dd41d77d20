import type { HuntAccount, HuntCampaign, HuntReport, HuntSignal } from '@portcullis/detection';
import type { HuntReading } from '../hunt/feed-hunt.ts';
import type { Io } from './io.ts';
import { sayReading } from './say-reading.ts';
import { count, printable, wrap } from './text.ts';

const CAMPAIGNS_SHOWN_MAX = 10;
const ACCOUNTS_SHOWN_MAX = 10;
const NAMES_SHOWN_MAX = 12;
const AGAINST_SHOWN_MAX = 6;

/** A report in sentences: what was read, what holds, who was flagged, what speaks against it, what to do next. */
export function sayHunt(report: HuntReport, reading: HuntReading, io: Io): void {
  sayReading(reading, io);
  sayGuarantee(report, io);
  const flagged = report.accounts.filter((account) => account.flagged).sort(byP);
  if (flagged.length === 0 && report.campaigns.length === 0) sayNobody(report, io);
  else sayFlagged(report, flagged, io);
  sayNext(report, flagged.length, io);
}

/** Smallest p first, then by name, so that the same report reads the same. */
function byP(a: HuntAccount, b: HuntAccount): number {
  return a.p - b.p || (a.account < b.account ? -1 : 1);
}

function heading(text: string, io: Io): void {
  io.say();
  io.say(io.style.bold(text));
}

function bullets(sentences: readonly string[], io: Io): void {
  for (const sentence of sentences) io.say(wrap(sentence, io.width, '      ', '    • '));
}

function say(sentence: string, io: Io): void {
  io.say(wrap(sentence, io.width, '  '));
}

function sayGuarantee({ alpha, guarantee, reasons, calibration }: HuntReport, io: Io): void {
  const held = guarantee === 'held';
  heading(held ? 'The guarantee holds' : 'The guarantee is suspended', io);
  say(
    held
      ? `The chance that a benign account is ever flagged is at most ${alpha}, as far as benign accounts of this traffic are like those of the benign files.`
      : `Nobody can be flagged with the chance of ${alpha} that was asked for.`,
    io,
  );
  bullets(reasons, io);
  say(`Calibrated on ${count(calibration.accounts, 'benign account')}. Digest of the calibration:`, io);
  io.say(`  ${printable(calibration.digest)}`);
}

/** Nobody flagged is a result as well: how close anybody came, and how close anybody could have come. */
function sayNobody({ alpha, accounts, calibration }: HuntReport, io: Io): void {
  heading('Nobody is flagged', io);
  const exchanges = accounts.reduce((sum, account) => sum + account.exchanges, 0);
  say(`${count(accounts.length, 'account')} with ${count(exchanges, 'exchange')} were looked at.`, io);
  const floor = Math.ceil(1 / alpha) - 1;
  const least = 1 / (calibration.accounts + 1);
  say(
    `To be flagged, an account needs a p of at most ${alpha}, and all who are flagged together must be so many or so clear that at most a fifth of them is expected to be benign. Beside ${count(calibration.accounts, 'benign account')} no p comes below ${shortNumber(least)}, and not even so low where people and programs or other kinds of use are compared apart; an alpha of ${alpha} needs at least ${floor} of them, and more where one account is to be found among many.`,
    io,
  );
  const [closest] = accounts.toSorted(byP);
  if (closest === undefined) return;
  say(
    `The least like the benign ones is ${closest.account}, with p ${shortNumber(closest.p)} after ${count(closest.exchanges, 'exchange')}.`,
    io,
  );
  bullets(sentencesOf(closest.signals), io);
}

function sayFlagged(report: HuntReport, flagged: readonly HuntAccount[], io: Io): void {
  const { campaigns, accounts } = report;
  heading('Flagged', io);
  say(
    `${count(flagged.length, 'account')} of ${accounts.length}, in ${count(campaigns.length, 'campaign')}${campaigns.length === 0 ? '' : ` of ${count(new Set(campaigns.flatMap((each) => each.accounts)).size, 'account')}`}. Of those flagged at most a fifth is expected to be benign. This speaks about traffic, not about who anybody is.`,
    io,
  );
  const known = new Map(accounts.map((account) => [account.account, account]));
  for (const campaign of campaigns.slice(0, CAMPAIGNS_SHOWN_MAX)) sayCampaign(campaign, known, io);
  sayMore(campaigns.length - CAMPAIGNS_SHOWN_MAX, 'campaign', io);
  const alone = flagged.filter((account) => account.campaign === null);
  for (const account of alone.slice(0, ACCOUNTS_SHOWN_MAX)) sayAccount(account, io);
  sayMore(alone.length - ACCOUNTS_SHOWN_MAX, 'account', io);
}

function sayMore(n: number, what: string, io: Io): void {
  if (n <= 0) return;
  io.say();
  say(`… and ${count(n, `more ${what}`)}; --json FILE has all.`, io);
}

function sayCampaign(campaign: HuntCampaign, known: ReadonlyMap<string, HuntAccount>, io: Io): void {
  const members = campaign.accounts.flatMap((name) => known.get(name) ?? []);
  io.say();
  io.say(
    `  ${io.style.bold(`Campaign ${printable(campaign.id)}`)}: ${count(campaign.accounts.length, 'account')}, ${count(sum(members.map((each) => each.exchanges)), 'exchange')}, p ${shortNumber(campaign.p)}, ${shortUtc(campaign.at_time)}`,
  );
  const more = campaign.accounts.length - NAMES_SHOWN_MAX;
  const names = campaign.accounts.slice(0, NAMES_SHOWN_MAX).join(', ');
  io.say(wrap(`${names}${more > 0 ? `, … and ${more} more` : ''}`, io.width, '    '));
  bullets(sentencesOf(campaign.signals), io);
  sayAgainst(members, io);
}

function sayAccount(account: HuntAccount, io: Io): void {
  io.say();
  const when =
    account.at_exchange === null
      ? ''
      : `, flagged at exchange ${account.at_exchange}${account.at_time === null ? '' : `, ${shortUtc(account.at_time)}`}`;
  io.say(
    `  ${io.style.bold(`Account ${printable(account.account)}`)}: ${count(account.exchanges, 'exchange')}, p ${shortNumber(account.p)}${when}`,
  );
  bullets(sentencesOf(account.signals), io);
  sayAgainst([account], io);
}

/** What is said of several members is said once, with how many. */
function sayAgainst(accounts: readonly HuntAccount[], io: Io): void {
  const said = new Map<string, number>();
  for (const { against } of accounts) {
    for (const sentence of new Set(against)) said.set(sentence, (said.get(sentence) ?? 0) + 1);
  }
  io.say('    What speaks against it:');
  if (said.size === 0) bullets(['Nothing was named. That does not mean that there is nothing.'], io);
  const most = [...said].sort(([, a], [, b]) => b - a);
  bullets(
    most
      .slice(0, AGAINST_SHOWN_MAX)
      .map(([sentence, n]) => (accounts.length === 1 ? sentence : `${sentence} (${count(n, 'account')})`)),
    io,
  );
  if (most.length > AGAINST_SHOWN_MAX) bullets([`… and ${most.length - AGAINST_SHOWN_MAX} more`], io);
}

function sayNext({ guarantee }: HuntReport, flagged: number, io: Io): void {
  heading('Next', io);
  if (guarantee === 'suspended')
    say(
      'Give more benign accounts, of every kind that your traffic has (chat, pipelines, support bots, evaluation runs) and of the same weeks, and run it again.',
      io,
    );
  if (flagged > 0)
    say(
      'A person should read exchanges of these accounts and look for what speaks against it before anything is done. An account that turns out benign belongs in the benign files of the next run.',
      io,
    );
  else if (guarantee === 'held')
    say('Run it again when there is more traffic: over all of it, not only what is new.', io);
}

const sentencesOf = (signals: readonly HuntSignal[]): string[] => signals.map((signal) => signal.sentence);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** At most three digits that say something; tiny ones as 1.2e-9. */
function shortNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'unknown';
}

/** UTC, so that the same report reads the same everywhere. */
function shortUtc(timeSeconds: number): string {
  return `${new Date(timeSeconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
