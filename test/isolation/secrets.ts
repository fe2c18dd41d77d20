import { createHash } from 'node:crypto';

/** Something that only some may ever be told, and how to know it when it stands in an answer. */
export type Secret = {
  readonly what: string;
  /** The account or person whose it is. */
  readonly owner: string;
  readonly kind: 'content' | 'salt' | 'key' | 'token' | 'upstream' | 'disk';
  /** Every spelling that would give it away. */
  readonly spellings: readonly string[];
};

/** What nobody is to be told again, its SHA-256 neither, as that is what it is looked up by. */
export function hashedSecret(kind: 'key' | 'token', owner: string, text: string): Secret {
  const digest = createHash('sha256').update(text).digest();
  const digests = [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
  return { what: `the ${kind} of ${owner}`, owner, kind, spellings: [text, ...digests] };
}

export function plainSecret(kind: Secret['kind'], owner: string, what: string, text: string): Secret {
  return { what: `${what} of ${owner}`, owner, kind, spellings: [text] };
}

/** The text, and what stands in it in base64 or with escapes. */
function layersOf(text: string): string {
  const decoded = text
    .match(/[A-Za-z0-9+/_-]{16,}={0,2}/g)
    ?.map((part) => Buffer.from(part, 'base64').toString('latin1'));
  const unescaped = text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return [text, unescaped, ...(decoded ?? [])].join('\n');
}

/** The secrets that stand in an answer's text. */
export function findSecrets(text: string, secrets: Iterable<Secret>): Secret[] {
  const layers = layersOf(text);
  return [...secrets].filter(({ spellings }) => spellings.some((spelling) => layers.includes(spelling)));
}
