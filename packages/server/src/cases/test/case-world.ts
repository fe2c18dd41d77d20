import { randomBytes } from 'node:crypto';
import { createEntry, type Entry, type EntryBody } from '@portcullis/record';
import type { SnapshotChange } from '../../accounts/account.ts';
import { createAccountDirectory } from '../../accounts/account-directory.ts';
import { createOperators } from '../../accounts/operators.ts';
import { createMemoryVaultKeys } from '../../accounts/test/memory-vault-keys.ts';
import { openProjectionStore } from '../../projections/projection-store.ts';
import { createMemoryLedger, type MemoryLedger } from '../../projections/test/memory-ledger.ts';
import type { CasesConfig as Settings } from '../../config/config.ts';
import { openContent } from '../../vault/sealed-content.ts';
import { createCases } from '../cases.ts';
import { accountsSha256, splitAccounts } from '../member-list.ts';
import type { Person } from '../case-ports.ts';

export const REASONS = 'The same template over many accounts, in step.';
export const RULE = 'Terms of use, section 4: no extraction.';
export const person = (operator: string, role: Person['role'] = 'reviewer'): Person => ({ operator, role });

/** Fixed, so that a link outlives a restart of the world as it does one of the program. */
const LINK_KEY = new Uint8Array(32).fill(7);
export const SETTINGS: Settings = {
  decideHours: 72,
  appealHours: 168,
  leaseMinutes: 30,
  undoSeconds: 0,
  linkDays: 90,
  alarmDecisions: 10,
  alarmDwellSeconds: 60,
};

export type CaseWorldConfig = {
  readonly ledger?: MemoryLedger;
  readonly keys?: ReturnType<typeof createMemoryVaultKeys>;
  readonly budgetSlots?: number;
  readonly declareKeysLost?: boolean;
  readonly settings?: Partial<Settings>;
};

/** Everything between a ledger and the admin API, with the real parts; only the ledger's disk and the vault's are in memory. */
export async function createCaseWorld(config: CaseWorldConfig = {}) {
  const ledger = config.ledger ?? createMemoryLedger();
  const keys = config.keys ?? createMemoryVaultKeys();
  const store = openProjectionStore({ path: ':memory:', reachTimeoutMs: 2000 });
  const published: SnapshotChange[] = [];
  const errors: unknown[] = [];
  let stepMs = 0;
  const settings = { ...SETTINGS, ...config.settings };
  const clock = { now: () => 1_790_000_000_000 + stepMs++, monotonic: () => stepMs };
  const base = { appender: ledger, store, clock, random: (count: number) => randomBytes(count) };
  const directory = createAccountDirectory({
    ...base,
    vaultKeys: keys,
    budgetSlots: config.budgetSlots ?? 1000,
    declareKeysLost: config.declareKeysLost === true,
    publish: (changes) => published.push(...changes),
  });
  const operators = createOperators(base);
  const cases = createCases({
    ...base,
    directory,
    settings,
    contact: () => 'appeals@example.org',
    linkKey: LINK_KEY,
    vault: {
      async content(index) {
        const kept = ledger.contents.get(index);
        if (kept === undefined) return 'none';
        const key = [...keys.kept.values()].find((each) => each.id === kept.vaultKey);
        return key === undefined ? 'erased' : openContent(key, kept.sealed);
      },
    },
    onReactorError: (error) => errors.push(error),
  });
  const stopFollowing = ledger.follow(store.position, (batch) => store.project(batch));
  await directory.start();
  await cases.start();

  return {
    ledger,
    keys,
    store,
    published,
    errors,
    clock,
    /** Lets time pass. */
    advance(ms: number) {
      stepMs += ms;
    },
    settings,
    directory,
    operators,
    cases,
    entries: <T extends Entry['type']>(type: T) =>
      ledger.entries.flatMap(({ entry }) =>
        entry.type === type ? [entry as Extract<Entry, { type: T }>] : [],
      ),
    /** What the gates were told last about an account. */
    gateKnows: (account: string) =>
      published.findLast((each) => each.kind === 'account' && each.account.account === account),
    async createAccounts(count: number, prefix = 'acct') {
      const names = Array.from({ length: count }, (_, i) => `${prefix}-${String(i).padStart(4, '0')}`);
      await Promise.all(names.map((account) => directory.createAccount({ account, by: 'admin' })));
      return names;
    },
    /** Appends a finding with its members, as the detector's thread does, and waits for the reactors. */
    async find(campaign: string, accounts: readonly string[], extra: Partial<EntryBody<'finding'>> = {}) {
      const finding = `find-${randomBytes(4).toString('hex')}`;
      const body = { ...findingBody(finding, campaign, accounts), ...extra };
      await ledger.append({ entry: createEntry('finding', clock.now(), body) });
      const parts = splitAccounts(accounts);
      let last = 0;
      for (const [i, part] of parts.entries()) {
        const members = { finding, part: i + 1, parts: parts.length, accounts: part };
        last = (await ledger.append({ entry: createEntry('finding.members', clock.now(), members) })).index;
      }
      await store.reached(last);
      await cases.settled();
      return finding;
    },
    stop() {
      stopFollowing();
      cases.stop();
      directory.stop();
      store.close();
    },
  };
}

export type CaseWorld = Awaited<ReturnType<typeof createCaseWorld>>;

export function findingBody(
  finding: string,
  campaign: string,
  accounts: readonly string[],
): EntryBody<'finding'> {
  return {
    finding,
    campaign,
    supersedes: [],
    kind: 'campaign',
    detector: { name: 'shared-templates', version: '1', digest: 'ab'.repeat(32) },
    statistic: 12.5,
    bound: { kind: 'none', statement: 'Nobody has measured how often benign accounts are named.' },
    accounts_total: accounts.length,
    accounts_sha256: accountsSha256(accounts),
    exchanges: accounts.length * 20,
    first_time: '2026-09-01T00:00:00.000Z',
    last_time: '2026-09-02T00:00:00.000Z',
    ledger_size: 100,
    signals: [
      { name: 'shared-template', sentence: 'One template in all accounts.', count: 3, examples: [3, 5] },
    ],
    against: ['One of the accounts also sends other traffic.'],
    would_have_cleared: ['Templates that no other account uses.'],
  };
}
