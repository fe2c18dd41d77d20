import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HuntReport } from '@portcullis/detection';
import type { HuntReading } from '../hunt/feed-hunt.ts';
import { createReport } from '../hunt/test/create-report.ts';
import type { Io } from './io.ts';
import { sayHunt } from './say-hunt.ts';
import { createStyle } from './text.ts';

const WIDTH = 100;
const NOTHING: HuntReading = {
  benign: { files: [], accounts: new Set() },
  traffic: { files: [], accounts: new Set() },
};

function said(report: HuntReport, reading = NOTHING): string {
  const lines: string[] = [];
  const io = {
    style: createStyle(false),
    width: WIDTH,
    say: (line = '') => void lines.push(...line.split('\n')),
  } as Io;
  sayHunt(report, reading, io);
  for (const line of lines) assert.ok(line.length <= WIDTH, line);
  return lines.join('\n');
}

test('two thousand flagged accounts are told in a page, with what speaks against them', () => {
  const text = said(createReport({ flagged: 2_000, others: 3_000 }));
  assert.ok(text.split('\n').length < 130, `${text.split('\n').length} lines`);
  assert.match(text, /2000 accounts of 5000, in 1 campaign of 1000 accounts/);
  assert.match(text, /Campaign campaign-1: 1000 accounts, \d+ exchanges, p 1\.5e-9, 2026-01-01 00:00 UTC/);
  assert.match(text, /account-00000, [^]*… and\s+988 more/);
  assert.match(text, /They work through one pool of tasks\./);
  assert.match(
    text,
    /What speaks against it:[^]*A bulk pipeline would look the same in this count\. \(1000 accounts\)/,
  );
  assert.match(text, /Account account-01000: 1100 exchanges, p 0\.0001, flagged at exchange 1020/);
  assert.match(text, /… and 990 more accounts; --json FILE has all\./);
  assert.match(text, /A person should read exchanges/);
});

test('nobody flagged says what was looked at, the floor and who came closest', () => {
  const report = createReport({ flagged: 0, others: 7 });
  const accounts = report.accounts.map((each, i) => ({ ...each, p: i === 4 ? 0.02 : 0.5 }));
  const text = said({ ...report, accounts });
  assert.match(text, /7 accounts with 721 exchanges were looked at/);
  assert.match(
    text,
    /at\s+most\s+a\s+fifth[^]*Beside\s+1500\s+benign\s+accounts\s+no\s+p\s+comes\s+below\s+0\.000666,/,
  );
  assert.match(text, /at\s+least\s+99\s+of\s+them/);
  assert.match(text, /The least like the benign ones is account-00004, with p 0\.02 after 104 exchanges/);
  assert.doesNotMatch(text, /Flagged\n/);
});

test('a suspended guarantee says why, and what would bring it back', () => {
  const text = said({
    ...createReport({ flagged: 0, others: 0 }),
    guarantee: 'suspended',
    reasons: ['Only 12 benign accounts.'],
  });
  assert.match(text, /The guarantee is suspended\n[^]*• Only 12 benign accounts\./);
  assert.match(text, /Give more benign accounts/);
  assert.match(text, /0 accounts with 0 exchanges were looked at/);
});

test('names out of logs can not move the cursor or break a line', () => {
  const report = createReport({ flagged: 1, others: 0 });
  const [account] = report.accounts;
  const text = said({ ...report, accounts: [{ ...account!, account: 'a\u001b[2J\u202e\nb' }] });
  assert.doesNotMatch(text, /[\u001b\u202e]/);
  assert.match(text, /Account a\ufffd\[2J\ufffd\S*/);
});
