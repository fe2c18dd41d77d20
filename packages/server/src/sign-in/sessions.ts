import { createHash, timingSafeEqual } from 'node:crypto';
import type { Person } from '../accounts/operators.ts';
import { type Random, randomSecret } from '../accounts/random.ts';
import type { Clock } from '../seams/clock.ts';

/** How a person showed who they are. */
export type SignInBy = 'token' | 'password' | 'organisation';

/** Nobody has to act for longer than that without signing in again, nor leave a page open unattended. */
export const SESSION_MS_MAX = 12 * 3_600_000;
export const SESSION_IDLE_MS_MAX = 2 * 3_600_000;
/** Beyond it the oldest sessions of a person end: a forgotten one does not stay for ever. */
const SESSIONS_OF_PERSON_MAX = 16;

export type Session = {
  readonly person: Person;
  readonly by: SignInBy;
  readonly openedMs: number;
  /** Sent back in a header with every call that changes something; another site can not know it. */
  readonly csrf: string;
  /** When it ends, unless it is used before. */
  readonly endsMs: number;
};

export type Sessions = {
  /** @returns the session and the secret for its cookie, known only now */
  open(person: Person, by: SignInBy): { session: Session; secret: string };
  /** The session of a cookie, which that use keeps awake; undefined where it has ended, or its person may not act in that role any more. */
  find(secret: string): Session | undefined;
  close(secret: string): void;
  /** Ends all sessions of a person but the one of `secret`. */
  closeOthers(operator: string, secret: string): void;
};

type Kept = { person: Person; by: SignInBy; openedMs: number; usedMs: number; csrf: Buffer };

/**
 * Sessions live in memory: a restart ends them, and no file holds what opens one. They are kept by the hash of their secret.
 * @param mayAct whether a person still has that role
 */
export function createSessions(config: {
  readonly clock: Clock;
  readonly random: Random;
  readonly mayAct: (person: Person) => boolean;
}): Sessions {
  const { clock, random, mayAct } = config;
  const kept = new Map<string, Kept>();
  const endsMs = (one: Kept): number =>
    Math.min(one.openedMs + SESSION_MS_MAX, one.usedMs + SESSION_IDLE_MS_MAX);
  const told = (one: Kept): Session => ({
    person: one.person,
    by: one.by,
    openedMs: one.openedMs,
    csrf: one.csrf.toString('base64url'),
    endsMs: endsMs(one),
  });
  const sweep = (): void => {
    for (const [key, one] of kept) if (endsMs(one) <= clock.now()) kept.delete(key);
  };
  const keepFew = (operator: string): void => {
    const own = [...kept].filter(([, one]) => one.person.operator === operator);
    for (const [key] of own.slice(0, Math.max(0, own.length - SESSIONS_OF_PERSON_MAX))) kept.delete(key);
  };
  return {
    open(person, by) {
      sweep();
      const secret = randomSecret(random, '');
      const now = clock.now();
      const one = { person, by, openedMs: now, usedMs: now, csrf: Buffer.from(random(32)) };
      kept.set(keyOf(secret), one);
      keepFew(person.operator);
      return { session: told(one), secret };
    },
    find(secret) {
      const key = keyOf(secret);
      const one = kept.get(key);
      if (one === undefined) return undefined;
      if (endsMs(one) <= clock.now() || !mayAct(one.person)) {
        kept.delete(key);
        return undefined;
      }
      one.usedMs = clock.now();
      return told(one);
    },
    close(secret) {
      kept.delete(keyOf(secret));
    },
    closeOthers(operator, secret) {
      const own = keyOf(secret);
      for (const [key, one] of kept) if (one.person.operator === operator && key !== own) kept.delete(key);
    },
  };
}

const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');

/** Compares a session's token with what a header said, in a time that does not depend on it. */
export function sameCsrf(session: Session, given: string | undefined): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(session.csrf), hash(given ?? ''));
}
