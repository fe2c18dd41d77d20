import { createHash } from 'node:crypto';
import type { PublicKey } from '../src/public-key.ts';
import { readTrust, type Trust } from '../src/trust.ts';

/** A trust file's text, read. */
export function trustOf(text: string): Trust {
  return readTrust(new TextEncoder().encode(text));
}

/** The same trust, remembering verdicts on equal bytes: tests flip thousands of bytes elsewhere. */
export function rememberingTrust(text: string): Trust {
  const trust = trustOf(text);
  const logs = trust.logs.map((key): PublicKey => {
    const seen = new Map<string, boolean>();
    return {
      ...key,
      signs(message, signature) {
        const id = createHash('sha256').update(message).update('|').update(signature).digest('hex');
        const verdict = seen.get(id) ?? key.signs(message, signature);
        seen.set(id, verdict);
        return verdict;
      },
    };
  });
  return { ...trust, logs };
}
