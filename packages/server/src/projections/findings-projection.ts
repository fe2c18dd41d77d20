import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

export type FindingRow = {
  readonly finding: string;
  readonly campaign: string;
  readonly index: number;
  readonly timeMs: number;
  readonly entry: EntryNamed<'finding'>;
};

export const findingsProjection: ProjectionDefinition = {
  name: 'findings',
  version: 1,
  tables: {
    findings:
      '(finding TEXT PRIMARY KEY, campaign TEXT NOT NULL, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL, accounts_total INTEGER NOT NULL, body TEXT NOT NULL)',
    finding_members:
      '(finding TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (finding, account)) WITHOUT ROWID',
  },
  indexes: [
    'CREATE INDEX IF NOT EXISTS findings_by_idx ON findings (idx)',
    'CREATE INDEX IF NOT EXISTS findings_by_campaign ON findings (campaign)',
    'CREATE INDEX IF NOT EXISTS finding_members_by_account ON finding_members (account)',
  ],
  open(db) {
    const found = db.prepare('INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?)');
    const member = db.prepare('INSERT OR IGNORE INTO finding_members VALUES (?, ?)');
    return (entry, index) => {
      if (entry.type === 'finding')
        found.run(
          entry.finding,
          entry.campaign,
          index,
          timeMsOf(entry),
          entry.accounts_total,
          JSON.stringify(entry),
        );
      else if (entry.type === 'finding.members')
        for (const account of entry.accounts) member.run(entry.finding, account);
    };
  },
};

type Stored = Omit<FindingRow, 'entry'> & { readonly body: string };
const COLUMNS = 'f.finding, f.campaign, f.idx AS "index", f.time_ms AS timeMs, f.body';

function fromStored({ body, ...stored }: Stored): FindingRow {
  return { ...stored, entry: JSON.parse(body) as EntryNamed<'finding'> };
}

/** Findings, newest first. */
export function readFindings(db: DatabaseSync, countMax: number): FindingRow[] {
  return rows<Stored>(db, `SELECT ${COLUMNS} FROM findings f ORDER BY f.idx DESC LIMIT ?`, countMax).map(
    fromStored,
  );
}

export function readFinding(db: DatabaseSync, finding: string): FindingRow | undefined {
  const stored = row<Stored>(db, `SELECT ${COLUMNS} FROM findings f WHERE f.finding = ?`, finding);
  return stored && fromStored(stored);
}

/** The accounts of a finding, sorted. */
export function readFindingMembers(db: DatabaseSync, finding: string): string[] {
  return rows<{ account: string }>(
    db,
    'SELECT account FROM finding_members WHERE finding = ? ORDER BY account',
    finding,
  ).map((each) => each.account);
}

/** Names of findings that no case holds, in ledger order; their members need not be all there yet. */
export function readFindingsWithoutCase(db: DatabaseSync): string[] {
  return rows<{ finding: string }>(
    db,
    `SELECT f.finding FROM findings f WHERE NOT EXISTS (SELECT 1 FROM case_findings c WHERE c.finding = f.finding)
     ORDER BY f.idx`,
  ).map((each) => each.finding);
}

/** A campaign and all that turned out to be part of it, by what its findings and theirs supersede. */
export function readRelatedCampaigns(db: DatabaseSync, campaign: string): string[] {
  const related = new Set([campaign]);
  for (const each of related) {
    const findings = rows<{ body: string }>(db, 'SELECT body FROM findings WHERE campaign = ?', each);
    for (const { body } of findings)
      for (const earlier of (JSON.parse(body) as EntryNamed<'finding'>).supersedes) related.add(earlier);
  }
  return [...related];
}

/** How many findings from `fromMs` on and before `toMs` name an account, by the findings' kind. */
export function readNamedAccounts(
  db: DatabaseSync,
  fromMs: number,
  toMs: number,
): { account: string; kind: string; count: number }[] {
  return rows(
    db,
    `SELECT m.account, json_extract(f.body, '$.kind') AS kind, count(*) AS count
     FROM findings f JOIN finding_members m ON m.finding = f.finding
     WHERE f.time_ms >= ? AND f.time_ms < ? GROUP BY m.account, kind`,
    fromMs,
    toMs,
  );
}
