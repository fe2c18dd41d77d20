import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCampaigns } from '../src/hunt/find-campaigns.ts';
import { judge } from '../src/hunt/judge.ts';
import { watchAccount } from '../src/hunt/watched-account.ts';
import { createRandom } from '../src/random.ts';
import { crowd, PEOPLE } from './watched-crowd.ts';

/** Everybody is near everybody. */
const allNear = (names: readonly string[]): Map<string, readonly string[]> =>
  new Map(names.map((name) => [name, names.filter((other) => other !== name)]));

test('an account that is linked to members and was not flagged is severed, by name', () => {
  const benign = crowd(
    Array.from({ length: 200 }, (_, i) => i / 200),
    PEOPLE,
    'benign-',
  );
  const traffic = crowd([3, 3, 3, 3, 0.5], PEOPLE, 'a-');
  traffic.set('far', watchAccount('far', 0));
  const verdict = judge(benign, traffic, 0.05);
  const members = ['a-0', 'a-1', 'a-2', 'a-3'];
  const flagged = new Map(members.map((member) => [member, { time: 3600 }]));
  const [campaign] = findCampaigns(
    flagged,
    allNear([...members, 'a-4']).set('far', ['a-0']),
    traffic,
    verdict,
    0.05,
    createRandom(1),
  );
  assert.deepEqual(campaign?.accounts, members);
  const chosen = campaign?.signals.find(({ name }) => name === 'chance_however_chosen');
  assert.ok((chosen?.value ?? 0) > (campaign?.p ?? 1), 'a free choice among six accounts costs');
  assert.match(chosen?.sentence ?? '', /among 6 accounts with a chance of at most [\d.]+ %/);
  const severed = campaign?.signals.find(({ name }) => name === 'severed');
  assert.equal(severed?.value, 1);
  assert.match(severed?.sentence ?? '', /does not suffice: a-4\.$/);
  // Where all fields are known more is said than the six signals that the ledger has room for.
  for (const { state } of traffic.values())
    Object.assign(state, { network: 1, client: 1, billing: 1, ageS: 60, modelSince: 60 });
  const [known] = findCampaigns(
    flagged,
    allNear([...members, 'a-4']),
    traffic,
    verdict,
    0.05,
    createRandom(1),
  );
  const names = known?.signals.map(({ name }) => name) ?? [];
  assert.ok(names.length > 6 && names.includes('shared_billing') && names.includes('new_accounts'));
  assert.deepEqual(names.slice(3, 5), ['chance_however_chosen', 'severed']);
});
