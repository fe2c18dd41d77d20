import { createHash } from 'node:crypto';
import type { Finding } from '@portcullis/detection';
import { createEntry, type EntryBody, type EntryNamed, encodeEntry, RecordError } from '@portcullis/record';
import type { Appender } from '../ledger/appender.ts';
import type { Clock } from '../seams/clock.ts';

/** Accounts in one `finding.members` entry, so that it fits in 8 KiB. */
const MEMBERS_MAX = 100;
const SENTENCE_CHARS_MAX = 600;

/**
 * The same finding has the same name, so that a detector that replays the ledger after a restart does not record it twice.
 * SHA-256 over detector digest, campaign and members; the first 32 hex digits.
 */
export function findingId(finding: Finding): string {
  const hash = createHash('sha256');
  hash.update(`${finding.digest}\n${finding.campaign}\n${finding.accounts.join('\n')}`);
  return `finding-${hash.digest('hex').slice(0, 32)}`;
}

/** SHA-256 of the sorted account ids joined by newline: how an entry names a list that does not fit in it. */
export function membersDigest(accounts: readonly string[]): string {
  return createHash('sha256')
    .update([...accounts].sort().join('\n'))
    .digest('hex');
}

/**
 * Appends a finding: its members first, then the finding itself, so that a finding on the ledger is always whole.
 * @param ledgerSize how much of the ledger the detector had read
 */
export async function recordFinding(
  finding: Finding,
  ledgerSize: number,
  appender: Appender,
  clock: Clock,
): Promise<string> {
  const id = findingId(finding);
  const parts = Math.ceil(finding.accounts.length / MEMBERS_MAX);
  for (let part = 1; part <= parts; part++) {
    const accounts = finding.accounts.slice((part - 1) * MEMBERS_MAX, part * MEMBERS_MAX);
    await appender.append({
      entry: createEntry('finding.members', clock.now(), { finding: id, part, parts, accounts }),
    });
  }
  await appender.append({ entry: fittingEntry(id, finding, ledgerSize, clock.now()) });
  return id;
}

/** Sentences quote templates in any script; they are shortened until the entry fits in 8 KiB. */
function fittingEntry(id: string, finding: Finding, ledgerSize: number, now: number): EntryNamed<'finding'> {
  for (const charsMax of [SENTENCE_CHARS_MAX, 300]) {
    const entry = createEntry('finding', now, findingBody(id, finding, ledgerSize, charsMax));
    if (encodes(entry)) return entry;
  }
  return createEntry('finding', now, findingBody(id, finding, ledgerSize, 120));
}

function encodes(entry: EntryNamed<'finding'>): boolean {
  try {
    encodeEntry(entry);
    return true;
  } catch (error) {
    if (error instanceof RecordError && error.code === 'entry-too-large') return false;
    throw error;
  }
}

function findingBody(
  id: string,
  finding: Finding,
  ledgerSize: number,
  charsMax: number,
): EntryBody<'finding'> {
  const clip = (sentence: string): string => shorten(sentence, charsMax);
  return {
    finding: id,
    campaign: finding.campaign,
    supersedes: finding.supersedes.slice(0, 16),
    kind: finding.kind,
    detector: { name: finding.detector, version: finding.version, digest: finding.digest },
    statistic: finding.statistic,
    bound: { ...finding.bound, statement: clip(finding.bound.statement) },
    accounts_total: finding.accounts.length,
    accounts_sha256: membersDigest(finding.accounts),
    exchanges: finding.exchanges,
    first_time: new Date(finding.firstTime * 1000).toISOString(),
    last_time: new Date(finding.lastTime * 1000).toISOString(),
    ledger_size: ledgerSize,
    signals: finding.signals.slice(0, 6).map((signal) => ({
      name: signal.name,
      sentence: clip(signal.sentence),
      count: signal.count,
      examples: signal.examples.slice(0, 8),
    })),
    against: finding.against.slice(0, 4).map(clip),
    would_have_cleared: finding.wouldHaveCleared.slice(0, 4).map(clip),
  };
}

function shorten(sentence: string, charsMax: number): string {
  return (sentence.length <= charsMax ? sentence : `${sentence.slice(0, charsMax - 1)}…`).toWellFormed();
}
