import type { DatabaseSync } from 'node:sqlite';
import type { EntryNamed } from '@portcullis/record';
import { type ProjectionDefinition, timeMsOf } from './projection.ts';
import { row, rows } from './rows.ts';

// How an account is heard: statements of reasons, links that open its page, and what it sent.

export type StatementRow = {
  readonly statement: string;
  readonly case: string;
  readonly account: string;
  readonly decision: string;
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
};
export type LinkRow = {
  readonly link: string;
  readonly account: string;
  readonly case: string;
  /** As the entry spells it: what the link's code is computed over. */
  readonly expires: string;
  readonly expiresMs: number;
  readonly by: string;
  readonly index: number;
  readonly revokedMs: number | null;
};
export type RepresentationRow = {
  readonly representation: string;
  readonly case: string;
  readonly account: string;
  readonly link: string;
  readonly kind: EntryNamed<'representation.received'>['kind'];
  readonly bytes: number;
  readonly index: number;
  readonly receivedMs: number;
  readonly acknowledgedMs: number | null;
};

export const hearingsProjection: ProjectionDefinition = {
  name: 'hearings',
  version: 1,
  tables: {
    statements:
      '(statement TEXT PRIMARY KEY, case_id TEXT NOT NULL, account TEXT NOT NULL, decision TEXT NOT NULL, by TEXT NOT NULL, idx INTEGER NOT NULL, time_ms INTEGER NOT NULL)',
    links:
      '(link TEXT PRIMARY KEY, account TEXT NOT NULL, case_id TEXT NOT NULL, expires TEXT NOT NULL, by TEXT NOT NULL, idx INTEGER NOT NULL, revoked_ms INTEGER)',
    representations: `(representation TEXT PRIMARY KEY, case_id TEXT NOT NULL, account TEXT NOT NULL, link TEXT NOT NULL, kind TEXT NOT NULL,
      bytes INTEGER NOT NULL, idx INTEGER NOT NULL, received_ms INTEGER NOT NULL, acknowledged_ms INTEGER)`,
  },
  indexes: [
    'CREATE INDEX IF NOT EXISTS statements_by_case ON statements (case_id, account)',
    'CREATE INDEX IF NOT EXISTS links_by_case ON links (case_id, account)',
    'CREATE INDEX IF NOT EXISTS representations_by_case ON representations (case_id, account)',
  ],
  open(db) {
    const stated = db.prepare('INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)');
    const linked = db.prepare('INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?, ?, ?, NULL)');
    const revoked = db.prepare('UPDATE links SET revoked_ms = ? WHERE link = ? AND revoked_ms IS NULL');
    const received = db.prepare(
      'INSERT OR IGNORE INTO representations VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
    );
    const acknowledged = db.prepare(
      'UPDATE representations SET acknowledged_ms = ? WHERE representation = ? AND acknowledged_ms IS NULL',
    );
    return (entry, index) => {
      const timeMs = timeMsOf(entry);
      if (entry.type === 'statement.issued')
        stated.run(entry.statement, entry.case, entry.account, entry.decision, entry.by, index, timeMs);
      else if (entry.type === 'link.issued')
        linked.run(entry.link, entry.account, entry.case, entry.expires, entry.by, index);
      else if (entry.type === 'link.revoked') revoked.run(timeMs, entry.link);
      else if (entry.type === 'representation.received')
        received.run(
          entry.representation,
          entry.case,
          entry.account,
          entry.link,
          entry.kind,
          entry.bytes,
          index,
          timeMs,
        );
      else if (entry.type === 'representation.acknowledged') acknowledged.run(timeMs, entry.representation);
    };
  },
};

/** Statements about an account in a case, newest first; of all its accounts where none is named. */
export function readStatements(
  db: DatabaseSync,
  caseId: string,
  account: string | null = null,
): StatementRow[] {
  return rows(
    db,
    `SELECT statement, case_id AS "case", account, decision, by, idx AS "index", time_ms AS timeMs FROM statements
     WHERE case_id = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY idx DESC LIMIT 1000`,
    caseId,
    account,
  );
}

const LINK = 'link, account, case_id AS "case", expires, by, idx AS "index", revoked_ms AS revokedMs';
const withExpiry = (each: Omit<LinkRow, 'expiresMs'>): LinkRow => ({
  ...each,
  expiresMs: Date.parse(each.expires),
});

export function readLink(db: DatabaseSync, link: string): LinkRow | undefined {
  const found = row<Omit<LinkRow, 'expiresMs'>>(db, `SELECT ${LINK} FROM links WHERE link = ?`, link);
  return found && withExpiry(found);
}

/** Links of a case, newest first. */
export function readLinks(db: DatabaseSync, caseId: string): LinkRow[] {
  return rows<Omit<LinkRow, 'expiresMs'>>(
    db,
    `SELECT ${LINK} FROM links WHERE case_id = ? ORDER BY idx DESC LIMIT 1000`,
    caseId,
  ).map(withExpiry);
}

const REPRESENTATION = `representation, case_id AS "case", account, link, kind, bytes, idx AS "index", received_ms AS receivedMs,
  acknowledged_ms AS acknowledgedMs`;

/** What accounts of a case sent, oldest first; one account's where it is named. */
export function readRepresentations(
  db: DatabaseSync,
  caseId: string,
  account: string | null = null,
): RepresentationRow[] {
  return rows(
    db,
    `SELECT ${REPRESENTATION} FROM representations WHERE case_id = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY idx LIMIT 10000`,
    caseId,
    account,
  );
}

/** What was received and not acknowledged, of any case, oldest first. */
export function readUnacknowledged(db: DatabaseSync): RepresentationRow[] {
  return rows(
    db,
    `SELECT ${REPRESENTATION} FROM representations WHERE acknowledged_ms IS NULL ORDER BY idx LIMIT 10000`,
  );
}
