import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createEntry } from '@portcullis/record';
import { createCaseWorld } from '../cases/test/case-world.ts';
import { readAccount } from '../projections/accounts-projection.ts';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { createMemoryVaultKeys } from './test/memory-vault-keys.ts';
import { LIMIT_MAX } from './account.ts';

const REASON = 'The account asked for it in writing.';
const by = 'admin';

test('an issued key is shown once; the ledger has only its hash, and the gates hear of it', async () => {
  const world = await createCaseWorld();
  await world.directory.createAccount({ account: 'acme', limits: { tokensPerDay: 5 }, by });
  const issued = await world.directory.issueKey({ account: 'acme', by });
  assert.match(issued.secret, /^pk_live_[\w-]{43}$/);
  const sha256 = createHash('sha256').update(issued.secret).digest('hex');
  assert.deepEqual(world.published.at(-1), {
    kind: 'key',
    sha256,
    key: { key: issued.key, account: 'acme', revoked: false },
  });
  const ledger = JSON.stringify(world.ledger.entries);
  assert.ok(ledger.includes(sha256) && !ledger.includes(issued.secret.slice(8)));
  await world.directory.revokeKey({ key: issued.key, reason: 'Leaked.', by });
  const told = world.published.at(-1);
  assert.ok(told?.kind === 'key' && told.key.revoked);
  await world.directory.setLimits({ account: 'acme', limits: { requestsPerMinute: 0 }, by });
  const now = world.gateKnows('acme');
  assert.ok(now?.kind === 'account');
  assert.deepEqual([now.account.limits, now.account.slot], [{ requestsPerMinute: 0 }, 0]);
  await assert.rejects(world.directory.issueKey({ account: 'nobody', by }), { code: 'not-found' });
  for (const tokensPerDay of [1.5, LIMIT_MAX + 1]) {
    await assert.rejects(world.directory.setLimits({ account: 'acme', limits: { tokensPerDay }, by }), {
      code: 'bad-request',
      message: /tokens_per_day .* 68719476735/,
    });
  }
  await world.directory.setLimits({ account: 'acme', limits: { tokensPerDay: LIMIT_MAX }, by });
  world.stop();
});

test('what was changed can be read once it has settled', async () => {
  const world = await createCaseWorld();
  await world.directory.createAccount({ account: 'acme', by });
  assert.equal(readAccount(world.store.db, 'acme'), undefined, 'the ledger is ahead');
  await world.directory.settled();
  assert.equal(readAccount(world.store.db, 'acme')?.account, 'acme');
  world.stop();
});

test('there are as many accounts as budget slots, each with its own, also when made at once', async () => {
  const world = await createCaseWorld({ budgetSlots: 5 });
  const made = await Promise.allSettled(
    ['a', 'b', 'a', 'c', 'd', 'e', 'f'].map((account) => world.directory.createAccount({ account, by })),
  );
  assert.deepEqual(
    made.map((each) => each.status === 'fulfilled'),
    [true, true, false, true, true, true, false],
  );
  const slots = world.directory
    .snapshot()
    .flatMap((each) => (each.kind === 'account' ? [each.account.slot] : []));
  assert.deepEqual(slots, [0, 1, 2, 3, 4]);
  world.stop();
});

test('a start gives the same snapshot as what was told in between', async () => {
  const keys = createMemoryVaultKeys();
  const world = await createCaseWorld({ keys });
  await world.createAccounts(3);
  const issued = await world.directory.issueKey({ account: 'acct-0001', by });
  await world.directory.issueKey({ account: 'acct-0002', by });
  await world.directory.revokeKey({ key: issued.key, reason: 'Old.', by });
  await world.directory.setLimits({ account: 'acct-0000', limits: { tokensPerMinute: 7 }, by });
  const entry = createEntry('standing.set', world.clock.now(), {
    accounts: ['acct-0002'],
    standing: 'slow',
    case: 'case-1',
    decision: 'dec-1',
    by: 'portcullis',
    reason: 'Decided.',
  });
  await world.store.reached((await world.ledger.append({ entry })).index); // heard of by following alone
  const told = world.gateKnows('acct-0002');
  assert.ok(told?.kind === 'account' && told.account.standing === 'slow' && told.account.case === 'case-1');
  const kept = world.ledger.entries.map((each) => each.entry);
  world.stop();
  const again = await createCaseWorld({ ledger: createMemoryLedger(kept), keys });
  assert.deepEqual(again.published, world.directory.snapshot());
  again.stop();
});

test('older news changes nothing', async () => {
  const world = await createCaseWorld();
  await world.directory.createAccount({ account: 'a', by });
  const limited = (tokensPerDay: number) =>
    createEntry('account.limited', world.clock.now(), { account: 'a', by, tokens_per_day: tokensPerDay });
  world.directory.observe(limited(2), 20);
  const count = world.published.length;
  world.directory.observe(limited(1), 19);
  world.directory.observe(limited(2), 20);
  assert.equal(world.published.length, count);
  const set = (standing: 'slow' | 'hold') =>
    createEntry('standing.set', world.clock.now(), {
      accounts: ['a'],
      standing,
      case: 'case-1',
      decision: 'dec-1',
      by: 'portcullis',
      reason: 'Decided.',
    });
  world.directory.observe(set('hold'), 31);
  world.directory.observe(set('slow'), 30);
  const now = world.gateKnows('a');
  assert.ok(
    now?.kind === 'account' && now.account.limits.tokensPerDay === 2 && now.account.standing === 'hold',
  );
  world.stop();
});

test('erasing destroys the key, then says so; a legal hold forbids it', async () => {
  const world = await createCaseWorld();
  await world.directory.createAccount({ account: 'a', by });
  const before = world.keys.kept.get('a')?.id;
  const erase = () =>
    world.directory.erase({ account: 'a', reason: REASON, legalBasis: 'GDPR, article 17', by });
  await world.directory.placeLegalHold({ account: 'a', reason: 'A court asked us to keep it.', by });
  await assert.rejects(erase(), { code: 'conflict', message: /legal hold.*Lift the hold first/ });
  assert.equal(world.keys.kept.get('a')?.id, before);
  await assert.rejects(world.directory.placeLegalHold({ account: 'a', reason: REASON, by }), {
    code: 'conflict',
  });
  await world.directory.liftLegalHold({ account: 'a', reason: 'The court has closed the case.', by });
  // A hold that is placed at the same moment comes before or after as a whole.
  const outcomes = await Promise.allSettled([
    world.directory.placeLegalHold({ account: 'a', reason: 'A court asked us to keep it.', by }),
    erase(),
  ]);
  assert.deepEqual(
    outcomes.map((each) => each.status),
    ['fulfilled', 'rejected'],
  );
  await world.directory.liftLegalHold({ account: 'a', reason: 'The court has closed the case.', by });
  world.ledger.failAfter(0);
  await assert.rejects(erase(), { code: 'ledger-refused' });
  assert.equal(world.keys.kept.has('a'), false, 'the key goes first');
  world.ledger.failAfter(Number.POSITIVE_INFINITY);
  assert.deepEqual(await erase(), { keysDestroyed: 0 });
  const told = world.gateKnows('a');
  assert.ok(told?.kind === 'account' && told.account.vaultKey.id !== before);
  world.stop();
});

test('a key that was destroyed without an entry is written down at start, once', async () => {
  const keys = createMemoryVaultKeys();
  const world = await createCaseWorld({ keys });
  await world.directory.createAccount({ account: 'a', by });
  world.stop();
  await keys.destroy('a');
  const kept = () => createMemoryLedger(last.ledger.entries.map((each) => each.entry));
  let last = world;
  for (let start = 0; start < 3; start++) {
    last = await createCaseWorld({ ledger: kept(), keys });
    assert.equal(last.entries('content.erased').length, 1);
    assert.ok(last.gateKnows('a'));
    last.stop();
  }
});

test('a key that nobody destroyed is no erasure: the start is refused, or the loss is declared and recorded', async () => {
  const keys = createMemoryVaultKeys();
  const world = await createCaseWorld({ keys });
  await world.directory.createAccount({ account: 'a', by });
  await world.directory.placeLegalHold({ account: 'a', reason: 'Proceedings are expected.', by });
  world.stop();
  keys.mislay('a');
  const ledger = () => createMemoryLedger(world.ledger.entries.map((each) => each.entry));
  await assert.rejects(createCaseWorld({ ledger: ledger(), keys }), {
    code: 'vault-key-missing',
    message: /nobody destroyed: a\. Restore them from a backup.*--declare-keys-lost/,
  });
  const declared = await createCaseWorld({ ledger: ledger(), keys, declareKeysLost: true });
  assert.equal(
    declared.entries('content.erased').length,
    0,
    'it is under legal hold, and nothing was erased',
  );
  assert.match(declared.entries('fault')[0]?.detail ?? '', /declared lost.*: a\./);
  assert.ok(declared.gateKnows('a'));
  declared.stop();
});
