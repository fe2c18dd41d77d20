import { argon2, timingSafeEqual } from 'node:crypto';
import type { Random } from '../accounts/random.ts';
import { ServerError } from '../server-error.ts';

/** A phrase that a person chose: long enough not to be guessed, short enough not to be a load. NIST SP 800-63B, 3.1.1. */
export const PASSWORD_CHARS = { min: 15, max: 200 } as const;

/** RFC 9106, section 4, second recommended option: 64 MiB, 3 passes, 4 lanes, a salt of 128 and a tag of 256 bits. */
const COST = { memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 } as const;
const SALT_BYTES = 16;
/** Together they take 64 MiB each, so a flood waits instead of filling the memory. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 32;

/** What is kept of a password. */
export type PasswordHash = { readonly salt: Uint8Array; readonly hash: Uint8Array };

export type Passwords = {
  /** @throws ServerError `bad-request` where it is too short, too long or one of the obvious */
  hash(password: string, operator: string): Promise<PasswordHash>;
  /** Whether it is that password; takes as long where there is none. @throws ServerError `ledger-overloaded` where too many wait */
  verify(password: string, kept: PasswordHash | undefined): Promise<boolean>;
};

export function createPasswords(random: Random): Passwords {
  const derive = inFewLanes(deriveOnce);
  const nobody: PasswordHash = { salt: random(SALT_BYTES), hash: random(COST.tagLength) };
  return {
    async hash(password, operator) {
      checkPassword(password, operator);
      const salt = random(SALT_BYTES);
      return { salt, hash: await derive(password, salt) };
    },
    async verify(password, kept) {
      const { salt, hash } = kept ?? nobody;
      const made = await derive(password.slice(0, PASSWORD_CHARS.max), salt);
      return timingSafeEqual(made, hash) && kept !== undefined;
    },
  };
}

function checkPassword(password: string, operator: string): void {
  const { min, max } = PASSWORD_CHARS;
  if (password.length < min || password.length > max || !password.isWellFormed())
    throw new ServerError(
      'bad-request',
      `A password has ${min} to ${max} characters; a sentence is easy to remember.`,
    );
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5 || lower.includes(operator) || /^(?:password|passwort|portcullis)/.test(lower))
    throw new ServerError('bad-request', 'This password would be guessed. Take words that do not name you.');
}

const deriveOnce = (password: string, nonce: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', { ...COST, message: password.normalize('NFC'), nonce }, (error, hash) =>
      error === null ? resolve(Buffer.from(hash)) : reject(error),
    );
  });

function inFewLanes<A extends unknown[], R>(act: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...args) => {
    if (running >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX)
        throw new ServerError('ledger-overloaded', 'Too many people sign in at once.');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    try {
      return await act(...args);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
