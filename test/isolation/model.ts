import { randomBytes } from 'node:crypto';
import type { Role } from '@portcullis/record';
import { answerMark } from './echo-upstream.ts';
import { hashedSecret, plainSecret, type Secret } from './secrets.ts';

/** A caller's key as the test knows it; `revoked` keys are known to nobody any more. */
export type KnownKey = {
  readonly account: string;
  readonly secret: string;
  readonly key: string;
  revoked: boolean;
};
/** A person's token; `removed` ones are of nobody. */
export type KnownToken = {
  readonly operator: string;
  readonly role: Role;
  readonly token: string;
  removed: boolean;
};
/** An exchange that was answered: whose it is, where it stands in the ledger, and what it said. */
export type KnownExchange = { readonly account: string; readonly index: number };

/** What must be true of the server, kept beside it. */
export type Model = {
  readonly keys: KnownKey[];
  readonly tokens: KnownToken[];
  readonly exchanges: KnownExchange[];
  readonly secrets: Map<string, Secret>;
  /** Accounts whose content a reviewer may open, in some case. */
  readonly accused: Set<string>;
  cases: string[];
};

export function createModel(): Model {
  return { keys: [], tokens: [], exchanges: [], secrets: new Map(), accused: new Set(), cases: [] };
}

function remember(model: Model, secret: Secret): void {
  model.secrets.set(`${secret.kind} ${secret.spellings[0]}`, secret);
}

export function addKey(model: Model, issued: { account: string; key: string; secret: string }): void {
  model.keys.push({ ...issued, revoked: false });
  remember(model, hashedSecret('key', issued.account, issued.secret));
}

export function addToken(model: Model, issued: { operator: string; role: Role; token: string }): void {
  model.tokens.push({ ...issued, removed: false });
  remember(model, hashedSecret('token', issued.operator, issued.token));
}

export function addUpstreamKeys(model: Model, keys: readonly string[]): void {
  for (const key of keys) remember(model, plainSecret('upstream', 'the operator', 'an upstream key', key));
}

/** The salts of a receipt that its owner got. */
export function addSalts(model: Model, account: string, salts: Readonly<Record<string, string>>): void {
  for (const [field, salt] of Object.entries(salts)) {
    const bytes = Buffer.from(salt, 'base64');
    const what = `the salt of ${field} of ${account}`;
    remember(model, {
      what,
      owner: account,
      kind: 'salt',
      spellings: [salt, bytes.toString('hex'), bytes.toString('base64url')],
    });
  }
}

/** Words that only this account has, for a prompt or anything else that is sealed; the answer to a prompt has its own. */
export function newMark(model: Model, account: string, what: 'prompt' | 'agent' | 'grounds'): string {
  const mark = `${what}${randomBytes(12).toString('hex')}`;
  remember(model, plainSecret('content', account, `the ${what}`, mark));
  if (what === 'prompt') remember(model, plainSecret('content', account, 'the answer', answerMark(mark)));
  return mark;
}
