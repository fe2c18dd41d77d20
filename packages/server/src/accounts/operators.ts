import { createHash, timingSafeEqual } from 'node:crypto';
import { createEntry, type Role, ROLES } from '@portcullis/record';
import type { Appender } from '../ledger/appender.ts';
import {
  type OperatorToken,
  readOperatorByToken,
  readOperators,
} from '../projections/operators-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import { checkId, checkText } from './checks.ts';
import { createInTurn } from './in-turn.ts';
import { type Random, randomSecret } from './random.ts';

export const OPERATOR_TOKEN_PREFIX = 'pc_operator_';

/** Who acts: a person's name (however many tokens they hold) and what this token may do. */
export type Person = { readonly operator: string; readonly role: Role };
/** A token right after it was made: the only time that it is known. */
export type IssuedToken = Person & { readonly token: string };

export type Operators = {
  /** The person a token belongs to; undefined where it is unknown or removed. */
  find(token: string): Person | undefined;
  list(): OperatorToken[];
  /** A further token for a person, or a new person. @throws ServerError `bad-request` */
  add(input: { operator: string; role: Role; by: string }): Promise<IssuedToken>;
  /** Ends all tokens of a person. @throws ServerError `not-found`, `conflict` for the last admin */
  remove(input: { operator: string; reason: string; by: string }): Promise<void>;
  /**
   * At the first start, when there is nobody yet: an admin. Later undefined.
   * @param another at any start: a further token of that admin, for whoever lost it
   */
  bootstrapOperators(another?: boolean): Promise<IssuedToken | undefined>;
};

export type OperatorsConfig = {
  readonly appender: Appender;
  readonly store: ProjectionStore;
  readonly clock: Clock;
  readonly random: Random;
};

export function createOperators({ appender, store, clock, random }: OperatorsConfig): Operators {
  const inTurn = createInTurn();
  const hash = (token: string) => createHash('sha256').update(token).digest();

  const add: Operators['add'] = async (input) => {
    const operator = checkId(input.operator, 'The operator');
    if (operator === 'portcullis')
      throw new ServerError(
        'bad-request',
        'The name portcullis stands for the program itself. Choose another.',
      );
    if (!ROLES.includes(input.role))
      throw new ServerError('bad-request', `The role must be one of ${ROLES.join(', ')}.`);
    const token = randomSecret(random, OPERATOR_TOKEN_PREFIX);
    const entry = createEntry('operator.added', clock.now(), {
      operator,
      role: input.role,
      token_sha256: hash(token).toString('hex'),
      by: input.by,
    });
    await store.reached((await appender.append({ entry })).index);
    return { operator, role: input.role, token };
  };

  return {
    find(token) {
      // Looked up by hash: what a stranger can choose is hashed before anything is compared with it.
      const given = hash(token);
      const known = readOperatorByToken(store.db, given.toString('hex'));
      if (known === undefined || !timingSafeEqual(given, Buffer.from(known.tokenSha256, 'hex')))
        return undefined;
      return { operator: known.operator, role: known.role };
    },
    list: () => readOperators(store.db),
    add: (input) => inTurn('', () => add(input)),
    remove: (input) =>
      inTurn('', async () => {
        const { operator, by } = input;
        const reason = checkText(input.reason, 'The reason', 1, 2000);
        const tokens = readOperators(store.db);
        if (!tokens.some((each) => each.operator === operator))
          throw new ServerError('not-found', 'There is no such operator. List them: GET /v1/operators.');
        if (!tokens.some((each) => each.role === 'admin' && each.operator !== operator))
          throw new ServerError('conflict', 'This is the last admin. Add another admin first.');
        const entry = createEntry('operator.removed', clock.now(), { operator, by, reason });
        await store.reached((await appender.append({ entry })).index);
      }),
    bootstrapOperators: (another = false) =>
      inTurn('', async () =>
        readOperators(store.db).length > 0 && !another
          ? undefined
          : add({ operator: 'admin', role: 'admin', by: 'portcullis' }),
      ),
  };
}
