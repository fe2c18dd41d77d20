import { createHash } from 'node:crypto';
import { createEntry, type Entry } from '@portcullis/record';
import type { Appender } from '../ledger/appender.ts';
import { readExchanges } from '../projections/exchanges-projection.ts';
import { readErasures, readLegalHold } from '../projections/erasures-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import type { Limits, SnapshotChange, VaultKey } from './account.ts';
import { createAccountStates, loadAccountStates } from './account-states.ts';
import { checkId, checkReasons, checkText, limitFields } from './checks.ts';
import { createInTurn } from './in-turn.ts';
import { type Random, randomId, randomSecret } from './random.ts';
import type { VaultKeys } from './vault-keys.ts';

export const API_KEY_PREFIX = 'pk_live_';

export type AccountDirectoryConfig = {
  readonly appender: Appender;
  readonly store: ProjectionStore;
  readonly vaultKeys: VaultKeys;
  /** Places in the shared budget counters: the most accounts there can be. */
  readonly budgetSlots: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Go on without data keys that are gone, and record it. */
  readonly declareKeysLost?: boolean;
  /** Told about changes in order; sends them to every gate thread. */
  readonly publish: (changes: readonly SnapshotChange[]) => void;
};

/** A key right after it was issued: the only time that `secret` is known. */
export type IssuedKey = { readonly key: string; readonly account: string; readonly secret: string };

export type AccountDirectory = {
  /** Loads the projected state and publishes it all; call it once the projections have caught up. */
  start(): Promise<void>;
  /**
   * Finishes what an outage of the ledger cut off: accounts that were recorded and have no data key in memory, erasures that destroyed a key
   * and could not say so. Call it once the projections have caught up.
   */
  catchUp(): Promise<void>;
  /** The whole snapshot, for a gate thread that starts later. */
  snapshot(): SnapshotChange[];
  /** @throws ServerError `bad-request`, `conflict` where it exists or all slots are taken */
  createAccount(input: { account?: string; limits?: Limits; by: string }): Promise<{ account: string }>;
  issueKey(input: { account: string; by: string }): Promise<IssuedKey>;
  revokeKey(input: { key: string; reason: string; by: string }): Promise<void>;
  setLimits(input: { account: string; limits: Limits; by: string }): Promise<void>;
  /** Destroys the account's content by destroying its data key. @throws ServerError `conflict` under legal hold */
  erase(input: {
    account: string;
    reason: string;
    legalBasis: string;
    by: string;
  }): Promise<{ keysDestroyed: number }>;
  placeLegalHold(input: { account: string; reason: string; by: string }): Promise<void>;
  liftLegalHold(input: { account: string; reason: string; by: string }): Promise<void>;
  /** Tells about an entry that is durable, before the ledger's followers hear of it. Twice does no harm. */
  observe(entry: Entry, index: number): void;
  /** Resolves when the projections, and so all that is read from them, have what was changed here until now. */
  settled(): Promise<void>;
  /** The data key of an account, for sealing what belongs to it. @throws ServerError `not-found` */
  vaultKey(account: string): VaultKey;
  stop(): void;
};

export function createAccountDirectory(config: AccountDirectoryConfig): AccountDirectory {
  const { appender, store, vaultKeys, clock, random } = config;
  const states = createAccountStates();
  const inTurn = createInTurn();
  const creating = new Set<string>();
  let started = false;
  let newest = -1;
  let stopFollowing: (() => void) | undefined;

  const publish = (changes: readonly SnapshotChange[]) => {
    if (started && changes.length > 0) config.publish(changes);
  };
  const observe = (entry: Entry, index: number) => publish(states.observe(entry, index));
  const append = async (entry: Entry): Promise<number> => {
    const { index } = await appender.append({ entry });
    newest = Math.max(newest, index);
    observe(entry, index);
    return index;
  };
  const known = (account: string): string => {
    if (!states.has(account))
      throw new ServerError('not-found', 'There is no such account. List them: portcullis account list.');
    return account;
  };

  async function createAccount(input: { account?: string; limits?: Limits; by: string }) {
    const account = checkId(input.account ?? randomId(random, 'acct', 6), 'The account');
    const limits = limitFields(input.limits ?? {});
    if (states.has(account) || creating.has(account))
      throw new ServerError(
        'conflict',
        `The account ${account} exists. Choose another name, or issue it a key.`,
      );
    if (states.count + creating.size >= config.budgetSlots) {
      throw new ServerError(
        'conflict',
        `All ${config.budgetSlots} places for accounts are taken. Start with more budget slots.`,
      );
    }
    creating.add(account);
    try {
      // The data key first: an account without one could not be recorded; a key without an account is harmless.
      const vaultKey = (await vaultKeys.unwrap(account)) ?? (await vaultKeys.create(account));
      await append(createEntry('account.created', clock.now(), { account, by: input.by, ...limits }));
      publish(states.giveVaultKey(account, vaultKey));
    } finally {
      creating.delete(account);
    }
    return { account };
  }

  return {
    async start() {
      loadAccountStates(states, store);
      stopFollowing = store.onProjected((batch) =>
        publish(batch.flatMap((each) => states.observe(each.entry, each.index))),
      );
      await giveVaultKeys(config, states.giveVaultKey, append, inTurn);
      started = true;
      config.publish(states.all());
    },
    catchUp: () =>
      giveVaultKeys(config, (account, key) => publish(states.giveVaultKey(account, key)), append, inTurn),
    snapshot: () => states.all(),
    createAccount,
    async issueKey({ account, by }) {
      known(account);
      const secret = randomSecret(random, API_KEY_PREFIX);
      const key = randomId(random, 'key');
      const sha256 = createHash('sha256').update(secret).digest('hex');
      await append(createEntry('key.issued', clock.now(), { key, account, key_sha256: sha256, by }));
      return { key, account, secret };
    },
    async revokeKey({ key, reason, by }) {
      const account = states.accountOfKey(key);
      if (account === undefined) throw new ServerError('not-found', 'There is no such key.');
      const said = checkText(reason, 'The reason', 1, 2000);
      await append(createEntry('key.revoked', clock.now(), { key, account, by, reason: said }));
    },
    async setLimits({ account, limits, by }) {
      await append(
        createEntry('account.limited', clock.now(), { account: known(account), by, ...limitFields(limits) }),
      );
    },
    ...createErasure(config, {
      known,
      append,
      inTurn,
      renew: (account, key) => publish(states.giveVaultKey(account, key)),
    }),
    observe,
    settled: () => store.reached(newest),
    vaultKey(account) {
      const state = states.state(known(account));
      if (state === undefined)
        throw new ServerError('not-found', `The account ${account} has no data key now.`);
      return state.vaultKey;
    },
    stop() {
      stopFollowing?.();
    },
  };
}

type ErasureParts = {
  readonly known: (account: string) => string;
  readonly append: (entry: Entry) => Promise<number>;
  readonly inTurn: ReturnType<typeof createInTurn>;
  readonly renew: (account: string, key: VaultKey) => void;
};

function createErasure({ store, vaultKeys, clock }: AccountDirectoryConfig, parts: ErasureParts) {
  const { known, append, inTurn, renew } = parts;
  const hold = (
    type: 'hold.placed' | 'hold.lifted',
    input: { account: string; reason: string; by: string },
  ) =>
    inTurn(known(input.account), async () => {
      const { account, by } = input;
      const reason = checkReasons(input.reason);
      const held = readLegalHold(store.db, account) !== undefined;
      if (held === (type === 'hold.placed')) {
        const why = held ? 'is under legal hold already.' : 'is not under legal hold.';
        throw new ServerError('conflict', `The account ${account} ${why}`);
      }
      await store.reached(await append(createEntry(type, clock.now(), { account, by, reason })));
    });
  const erase: AccountDirectory['erase'] = (input) =>
    inTurn(known(input.account), async () => {
      const { account, by } = input;
      const reason = checkReasons(input.reason);
      const legalBasis = checkText(input.legalBasis, 'The legal basis', 1, 600);
      if (readLegalHold(store.db, account) !== undefined) {
        throw new ServerError(
          'conflict',
          `The account ${account} is under legal hold, so nothing of it can be erased. Lift the hold first, with reasons.`,
        );
      }
      const keysDestroyed = await vaultKeys.destroy(account);
      const index = await append(
        createEntry('content.erased', clock.now(), {
          account,
          scope: 'account',
          before: null,
          by,
          reason,
          legal_basis: legalBasis,
        }),
      );
      renew(account, await vaultKeys.create(account)); // what comes next is sealed with another key
      await store.reached(index);
      return { keysDestroyed };
    });
  return {
    erase,
    placeLegalHold: (input: { account: string; reason: string; by: string }) => hold('hold.placed', input),
    liftLegalHold: (input: { account: string; reason: string; by: string }) => hold('hold.lifted', input),
  };
}

/**
 * Unwraps every account's data key. One that was destroyed although no entry says so (an erasure stopped half-way) is written down as
 * that erasure. One that is gone without having been destroyed may lie in a backup: the start is refused, unless it is declared lost.
 * @throws ServerError `vault-key-missing`
 */
async function giveVaultKeys(
  config: AccountDirectoryConfig,
  give: (account: string, key: VaultKey) => void,
  append: (entry: Entry) => Promise<number>,
  inTurn: ReturnType<typeof createInTurn>,
): Promise<void> {
  const { store, vaultKeys, clock, declareKeysLost } = config;
  const rows = store.db.prepare('SELECT account FROM accounts ORDER BY created_idx').all();
  const accounts = rows.map((row) => row['account'] as string);
  const missing = accounts.filter((account) => vaultKeys.state(account) === 'missing');
  if (missing.length > 0) {
    if (declareKeysLost !== true) throw keysAreGone(missing);
    vaultKeys.declareLost(missing);
    const detail = `Data keys that nobody destroyed are gone and were declared lost, so that earlier content stays closed: ${listSome(missing)}.`;
    await append(createEntry('fault', clock.now(), { kind: 'storage', detail: detail.slice(0, 600) }));
  }
  for (const account of accounts)
    await inTurn(account, async () => give(account, await presentKey(config, account, append)));
}

async function presentKey(
  { store, vaultKeys, clock }: AccountDirectoryConfig,
  account: string,
  append: (entry: Entry) => Promise<number>,
): Promise<VaultKey> {
  const key = await vaultKeys.unwrap(account);
  if (key !== undefined) return key;
  if (vaultKeys.state(account) === 'destroyed' && !isErasureTold(store, account))
    await append(haltedErasure(account, clock.now()));
  return vaultKeys.create(account);
}

function keysAreGone(accounts: readonly string[]): ServerError {
  return new ServerError(
    'vault-key-missing',
    `Data keys are gone from vault/keys that nobody destroyed: ${listSome(accounts)}. Restore them from a backup. If they are lost for good, start once with --declare-keys-lost: what they sealed stays closed, and that is recorded.`,
  );
}

function listSome(accounts: readonly string[]): string {
  const more = accounts.length - 5;
  return `${accounts.slice(0, 5).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Whether an entry says of the account's newest content that it was erased. */
function isErasureTold(store: ProjectionStore, account: string): boolean {
  const erasedMs = readErasures(store.db, account)[0]?.timeMs;
  if (erasedMs === undefined) return false;
  return readExchanges(store.db, account, erasedMs, Number.MAX_SAFE_INTEGER).length === 0;
}

function haltedErasure(account: string, now: number): Entry {
  return createEntry('content.erased', now, {
    account,
    scope: 'account',
    before: null,
    by: 'portcullis',
    reason: 'Its data key was destroyed although no entry said so: an erasure had stopped half-way.',
    legal_basis: 'Not known.',
  });
}
