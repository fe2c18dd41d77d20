import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCampaigns } from '../src/hunt/find-campaigns.ts';
import { judge } from '../src/hunt/judge.ts';
import { noteScore, type WatchedAccount, watchAccount } from '../src/hunt/watched-account.ts';
import { createRandom } from '../src/random.ts';

function lives(prefix: string, scores: readonly number[]): Map<string, WatchedAccount> {
  return new Map(
    scores.map((score, i) => {
      const watched = watchAccount(`${prefix}-${i}`, 0);
      noteScore(watched, score, 3600, new Float64Array(0));
      return [watched.state.account, watched];
    }),
  );
}

/** Everybody is near everybody. */
const allNear = (names: readonly string[]): Map<string, readonly string[]> =>
  new Map(names.map((name) => [name, names.filter((other) => other !== name)]));

test('an account that is linked to members and was not flagged is severed, by name', () => {
  const benign = lives(
    'benign',
    Array.from({ length: 200 }, (_, i) => i / 200),
  );
  const traffic = lives('a', [3, 3, 3, 3, 0.5]);
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
  const severed = campaign?.signals.find(({ name }) => name === 'severed');
  assert.equal(severed?.value, 1);
  assert.match(severed?.sentence ?? '', /does not suffice: a-4\.$/);
});
