import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates } from '@portcullis/detection';
import { createEntry, type Entry, utf8 } from '@portcullis/record';
import { createActors } from '../practice/rehearsal/actors.ts';
import { createExchangeFold } from './exchange-fold.ts';
import { findingId } from './record-finding.ts';
import type { ExchangeContent } from './traffic-from-exchange.ts';

type Ledger = { readonly entries: Entry[]; readonly contents: Map<number, ExchangeContent> };

/** The rehearsal's traffic as entries, every account in turn. */
function ledgerOf(rounds: number): Ledger {
  const ledger: Ledger = { entries: [], contents: new Map() };
  const actors = createActors(1, 1);
  for (let turn = 0; turn < rounds; turn++)
    for (const actor of actors) exchange(ledger, actor.account, actor.next().body);
  return ledger;
}

function exchange({ entries, contents }: Ledger, account: string, body: unknown): void {
  const timeMs = Date.UTC(2026, 10, 23) + entries.length * 100;
  const admitted = entries.length;
  const id = `x-${admitted}`;
  const shared = { exchange: id, account, commitments: {} };
  entries.push(
    createEntry('exchange.admitted', timeMs, {
      ...shared,
      key: 'k',
      endpoint: '/v1/chat/completions',
      model: 'm',
      stream: false,
      standing: 'open',
      request_bytes: 1,
    }),
    createEntry('exchange.completed', timeMs + 50, {
      ...shared,
      admitted,
      outcome: 'complete',
      status: 200,
      upstream: 'u',
      attempts: 1,
      usage: { input_tokens: 1, output_tokens: 1, source: 'reported' },
      response_bytes: 0,
      response_kept_bytes: 0,
      first_byte_ms: 1,
      duration_ms: 1,
    }),
  );
  contents.set(admitted, { request: utf8(JSON.stringify(body)) });
}

function foldOver(ledger: Ledger, from?: Parameters<typeof createExchangeFold>[0]['from']) {
  const contentAt = (index: number) => Promise.resolve(ledger.contents.get(index));
  return createExchangeFold({
    detector: createSharedTemplates(),
    contentAt,
    ...(from === undefined ? {} : { from }),
  });
}

async function findingsOf(ledger: Ledger, fold = foldOver(ledger), start = 0): Promise<string[]> {
  const ids: string[] = [];
  for (let i = start; i < ledger.entries.length; i++)
    ids.push(...(await fold.handle(i, ledger.entries[i] as Entry)).map(findingId));
  return ids;
}

test('a replay, whole or from a snapshot, comes to the same findings, so that none is recorded twice', async () => {
  const ledger = ledgerOf(14);
  const whole = await findingsOf(ledger);
  assert.ok(whole.length > 0);
  assert.deepEqual(await findingsOf(ledger), whole);
  const fold = foldOver(ledger);
  const half = 501; // between an admission and its completion
  const before: string[] = [];
  for (let i = 0; i < half; i++)
    before.push(...(await fold.handle(i, ledger.entries[i] as Entry)).map(findingId));
  const snapshot = JSON.parse(JSON.stringify(fold.snapshot())) as ReturnType<typeof fold.snapshot>;
  assert.deepEqual([...before, ...(await findingsOf(ledger, foldOver(ledger, snapshot), half))], whole);
});

test('an exchange whose content was erased is passed over', async () => {
  const ledger = ledgerOf(14);
  ledger.contents.clear();
  assert.deepEqual(await findingsOf(ledger), []);
});

test('an answer is opened for a detector that reads answers, and for no other', async () => {
  for (const readsResponses of [false, true]) {
    const ledger = ledgerOf(1);
    ledger.contents.set(1, { response: utf8('an answer') });
    const asked: number[] = [];
    const responses: (string | null)[] = [];
    const templates = createSharedTemplates();
    const fold = createExchangeFold({
      detector: {
        ...templates,
        readsResponses,
        step(state: ReturnType<typeof templates.initial>, traffic) {
          responses.push(traffic.response);
          return templates.step(state, traffic);
        },
      },
      contentAt(index) {
        asked.push(index);
        return Promise.resolve(ledger.contents.get(index));
      },
    });
    for (const index of [0, 1]) await fold.handle(index, ledger.entries[index] as Entry);
    assert.deepEqual(asked, readsResponses ? [0, 1] : [0]);
    assert.deepEqual(responses, [readsResponses ? 'an answer' : null]);
  }
});
