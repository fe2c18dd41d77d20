import { createEntry, type Entry } from '@portcullis/record';
import { OPERATOR_TOKEN_PREFIX, type Operators, type Person } from '../accounts/operators.ts';
import type { Random } from '../accounts/random.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import type { CredentialsStore } from './credentials-store.ts';
import { createPasswords } from './passwords.ts';
import { createSessions, type Session, type Sessions, type SignInBy } from './sessions.ts';

export type Opened = { readonly session: Session; readonly secret: string };

/** How people sign in to the console. The admin API takes tokens as ever; a session is no more than its person's role. */
export type SignIn = {
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  /** @param address whose tries are counted. @throws ServerError `unauthenticated`, `too-many` */
  withToken(token: string, address: string): Opened;
  /** @throws ServerError `unauthenticated`, `too-many` */
  withPassword(operator: string, password: string, address: string): Promise<Opened>;
  /** Somebody whose device or organisation vouched for them. @throws ServerError `unauthenticated` where they may not act any more */
  vouched(person: Person, by: SignInBy): Opened;
  hasPassword(operator: string): boolean;
  /**
   * Sets one's own password; the ledger says that it was set. All other sessions of the person end.
   * @param current the password so far; not needed right after signing in by a token
   */
  setPassword(session: Session, secret: string, password: string, current: string | undefined): Promise<void>;
  /** Takes one's own password away; all other sessions of the person end. */
  removePassword(session: Session, secret: string): Promise<void>;
  /** Whoever is no operator any more has nothing to sign in with either. */
  forget(operator: string): void;
};

export type SignInConfig = {
  readonly operators: Operators;
  readonly store: CredentialsStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes an entry durable. */
  readonly record: (entry: Entry) => Promise<unknown>;
};

/** So long after signing in by token a password can be set without the old one: that is how a forgotten one is replaced. */
const FRESH_MS = 10 * 60_000;
const WRONG = 'This token, or this name and password, does not sign anybody in.';

export function createSignIn({ operators, store, clock, random, record }: SignInConfig): SignIn {
  const passwords = createPasswords(random);
  const attempts = createAttempts(clock);
  const mayAct = ({ operator, role }: Person): boolean =>
    operators.list().some((each) => each.operator === operator && each.role === role);
  const sessions = createSessions({ clock, random, mayAct });

  /** @param keys whose tries were counted as failed */
  const settle = (keys: readonly string[], person: Person | undefined, by: SignInBy): Opened => {
    if (person === undefined || !mayAct(person)) throw new ServerError('unauthenticated', WRONG);
    attempts.succeeded(keys);
    return sessions.open(person, by);
  };
  const note = (type: 'credential.added' | 'credential.removed', operator: string) =>
    record(createEntry(type, clock.now(), { operator, kind: 'password', by: operator }));

  return {
    sessions,
    attempts,
    withToken(token, address) {
      const keys = [`address ${address}`];
      attempts.check(keys);
      attempts.failed(keys);
      const known = token.startsWith(OPERATOR_TOKEN_PREFIX) && token.length <= 200;
      return settle(keys, known ? operators.find(token) : undefined, 'token');
    },
    async withPassword(operator, password, address) {
      const keys = [`address ${address}`, `name ${operator.slice(0, 64)}`];
      attempts.check(keys);
      // Counted before it is looked at, so that tries sent at once do not all pass as the first.
      attempts.failed(keys);
      const kept = store.password(operator);
      const right = await passwords.verify(password, kept);
      return settle(
        keys,
        right && kept !== undefined ? { operator, role: kept.role } : undefined,
        'password',
      );
    },
    vouched: (person, by) => settle([], person, by),
    hasPassword: (operator) => store.password(operator) !== undefined,
    async setPassword(session, secret, password, current) {
      const { operator, role } = session.person;
      const kept = store.password(operator);
      const fresh = session.by === 'token' && clock.now() - session.openedMs < FRESH_MS;
      const keys = [`name ${operator}`];
      if (kept !== undefined && !fresh) {
        attempts.check(keys);
        attempts.failed(keys);
        if (!(await passwords.verify(current ?? '', kept)))
          throw new ServerError(
            'forbidden',
            'Give the password you have now, or sign in by your token and set it within ten minutes.',
          );
        attempts.succeeded(keys);
      }
      const hash = await passwords.hash(password, operator);
      // Recorded before it works: what nobody could find on the ledger opens nothing.
      await note('credential.added', operator);
      store.setPassword(operator, role, hash);
      sessions.closeOthers(operator, secret);
    },
    async removePassword({ person: { operator } }, secret) {
      if (store.password(operator) === undefined)
        throw new ServerError('not-found', 'You have set no password.');
      store.removePassword(operator);
      sessions.closeOthers(operator, secret);
      await note('credential.removed', operator);
    },
    forget: (operator) => store.removePassword(operator),
  };
}
