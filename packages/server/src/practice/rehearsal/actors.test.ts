import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates, type Finding } from '@portcullis/detection';
import { CAST, createActors } from './actors.ts';
import { CAMPAIGN_FRAMES } from './campaign-frames.ts';

/** A round is one request of every actor of a rehearsal; about as many as pass until its case is shown. */
const ROUNDS = 24;

/** What the detector says of so many rehearsals one after the other, the newest finding of each campaign. */
function findingsOf(runs: number): Finding[] {
  const detector = createSharedTemplates();
  let state = detector.initial();
  const newest = new Map<string, Finding>();
  let time = 0;
  for (let run = 1; run <= runs; run++) {
    const actors = createActors(run, 20_261_123);
    for (let round = 0; round < ROUNDS; round++) {
      for (const actor of actors) {
        time += 1;
        const stepped = detector.step(state, trafficOf(actor.account, actor.next().body, time));
        state = stepped.state;
        for (const finding of stepped.findings) newest.set(finding.campaign, finding);
      }
    }
  }
  return [...newest.values()];
}

function trafficOf(account: string, body: Readonly<Record<string, unknown>>, time: number) {
  const messages = body['messages'] as { role: string; content: string }[];
  const prompt = messages.at(-1)?.content ?? '';
  const system = messages.find((each) => each.role === 'system')?.content ?? null;
  const more = { billing: null, created: null };
  const unknown = { params: null, response: null, inputTokens: null, outputTokens: null };
  return {
    time,
    account,
    model: null,
    system,
    prompt,
    messages,
    ...unknown,
    ...more,
    network: null,
    ref: time,
  };
}

test('every rehearsal on one ledger has a campaign of its own: its twelve accounts and nobody else', () => {
  const runs = CAMPAIGN_FRAMES.length;
  const found = findingsOf(runs).map((finding) => finding.accounts.toSorted());
  const expected = Array.from({ length: runs }, (_, i) =>
    createActors(i + 1, 0)
      .filter((actor) => actor.kind === 'campaign')
      .map((actor) => actor.account),
  );
  assert.equal(expected[0]?.length, CAST.campaign);
  assert.deepEqual(found, expected);
});
