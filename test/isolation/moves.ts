import fc from 'fast-check';
import type { Answer, Asked } from './ask.ts';
import type { Endpoint } from './expectations.ts';
import { addKey, addToken, type Model, newMark } from './model.ts';

/** Who asks: drawn from all whom the server knows, knew, or never knew. */
export type Principal =
  | { readonly is: 'caller'; readonly account: string; readonly bearer: string }
  | { readonly is: 'person'; readonly operator: string; readonly role: string; readonly bearer: string }
  | { readonly is: 'nobody'; readonly bearer: string | undefined };

/** One request of a random sequence; numbers choose among what the model knows when it is made. */
export type Move = {
  readonly who: number;
  readonly endpoint: number;
  readonly pick: readonly number[];
  readonly variant: number;
};

export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    who: fc.nat(),
    endpoint: fc.nat(),
    pick: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
    variant: fc.nat(),
  }),
  { minLength: 30, maxLength: 60 },
);

const at = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

export function principalsOf(model: Model): Principal[] {
  return [
    ...model.keys.map(
      ({ account, secret, revoked }): Principal =>
        revoked ? { is: 'nobody', bearer: secret } : { is: 'caller', account, bearer: secret },
    ),
    ...model.tokens.map(
      ({ operator, role, token, removed }): Principal =>
        removed ? { is: 'nobody', bearer: token } : { is: 'person', operator, role, bearer: token },
    ),
    { is: 'nobody', bearer: undefined },
    { is: 'nobody', bearer: 'pk_live_wrong' },
    { is: 'nobody', bearer: 'pc_operator_wrong' },
  ];
}

/** Fills the parameters of a path with ids that exist, in a place where they may or may not belong. */
function fillPath(model: Model, path: string, pick: readonly number[]): string {
  const accounts = [...new Set(model.keys.map(({ account }) => account))];
  const indexes = model.exchanges.map(({ index }) => String(index));
  const known: Record<string, readonly string[]> = {
    account: accounts,
    key: model.keys.map(({ key }) => key),
    operator: model.tokens.filter(({ operator }) => operator !== 'admin').map(({ operator }) => operator),
    case: model.cases,
    decision: ['dec-1', ...model.cases],
    rest: path.startsWith('/receipts')
      ? [...indexes, '0', '1', '999999', 'x']
      : ['model-a', 'none', '..%2f..%2freceipts'],
  };
  let next = 0;
  return path.replace(/:([a-z]+)/g, (_, name: string) =>
    at(known[name] ?? ['x'], pick[next++ % pick.length] ?? 0),
  );
}

/** Bodies that calls of the admin API take, right for most. */
function adminBody(model: Model, path: string, move: Move): Record<string, unknown> {
  const account = at(model.keys, move.pick[1] ?? 0).account;
  const reasons = 'A reason that is long enough to be one.';
  const bodies: Record<string, Record<string, unknown>> = {
    '/v1/operators': {
      operator: at(['ada', 'grace', 'iris', `new-${move.variant % 5}`], move.pick[0] ?? 0),
      role: at(['reviewer', 'auditor', 'admin'], move.variant),
    },
    '/v1/accounts': { account: `made-${move.variant % 1000}`, key: true },
    '/v1/accounts/:account/keys': {},
    '/v1/accounts/:account/limits': { limits: {} },
    '/v1/accounts/:account/erase': { reason: reasons, legalBasis: 'Asked for' },
    '/v1/cases/:case/views': { view: at(['extraction', 'not', 'unsure'], move.variant), reasons },
    '/v1/cases/:case/evidence':
      move.variant % 3 === 0 ? { items: [`exchange:${at(model.exchanges, move.variant).index}`] } : {},
    '/v1/cases/:case/decisions': {
      measure: at(['slow', 'plain', 'open', 'dismiss', 'hold'], move.variant),
      reasons,
      rule: 'Terms, section 4',
    },
    '/v1/cases/:case/decisions/:decision/confirm': { reasons },
    '/v1/cases/:case/decisions/:decision/reject': { reasons },
    '/v1/cases/:case/reopen': { reasons },
    '/v1/cases/:case/appeals': { account, grounds: `We object. ${newMark(model, account, 'grounds')}` },
    '/v1/cases/:case/export': {
      requester: 'A court',
      purpose: 'A trial',
      legalBasis: 'An order',
      disclose: at(['none', 'examples', 'all'], move.variant),
    },
  };
  return bodies[path] ?? { reason: reasons };
}

/** The request that a move makes, by whom, and whose mark it carries. */
export function makeRequest(
  model: Model,
  endpoints: readonly Endpoint[],
  move: Move,
): { by: Principal; endpoint: Endpoint; asked: Asked } {
  const by = at(principalsOf(model), move.who);
  const endpoint = at(endpoints, move.endpoint);
  const path = fillPath(model, endpoint.path, move.pick);
  const common = { path, bearer: by.bearer };
  if (endpoint.at === 'admin') {
    const body = endpoint.method === 'GET' ? {} : { body: adminBody(model, endpoint.path, move) };
    return { by, endpoint, asked: { at: 'admin', method: endpoint.method, ...common, ...body } };
  }
  if (!endpoint.path.startsWith('/v1/') || endpoint.path.startsWith('/v1/models'))
    return { by, endpoint, asked: { at: 'gate', method: 'GET', ...common } };
  const owner = by.is === 'caller' ? by.account : 'nobody';
  // Nothing that accounts would share: nobody else is to be accused.
  const text = `hello ${newMark(model, owner, 'prompt')}`;
  const body = {
    model: 'model-a',
    messages: [{ role: 'user', content: text }],
    input: text,
    prompt: text,
    max_tokens: 9,
  };
  const headers = { 'user-agent': newMark(model, owner, 'agent') };
  return { by, endpoint, asked: { at: 'gate', method: 'POST', ...common, headers, body } };
}

/** Learns from an answer what has changed. */
export function learn(
  model: Model,
  { by, endpoint, asked }: ReturnType<typeof makeRequest>,
  answer: Answer,
): void {
  if (answer.status >= 300) return;
  if (endpoint.at === 'gate') {
    if (by.is === 'caller' && answer.entry !== undefined)
      model.exchanges.push({ account: by.account, index: answer.entry });
    return;
  }
  const made = JSON.parse(answer.body);
  if (typeof made.secret === 'string') addKey(model, made);
  if (typeof made.token === 'string') addToken(model, made);
  const id = asked.path.split('/').at(-1);
  if (endpoint.method !== 'DELETE') return;
  for (const key of model.keys) if (endpoint.path === '/v1/keys/:key' && key.key === id) key.revoked = true;
  for (const token of model.tokens)
    if (endpoint.path === '/v1/operators/:operator' && token.operator === id) token.removed = true;
}
