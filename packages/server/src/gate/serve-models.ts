import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GateContext } from './gate-context.ts';
import { refuse } from './refusal.ts';
import type { ApiShape, Route } from './routes.ts';
import { sendRefusal } from './send-refusal.ts';
import { sendJson } from './send-json.ts';
import type { Upstream } from './upstreams.ts';

/** A request to answer. */
export type Turn = { readonly id: string; readonly req: IncomingMessage; readonly res: ServerResponse };

/** A model as some upstream described it; only its name where it is configured but was not asked for. */
type Model = {
  readonly id: string;
  readonly shape: ApiShape;
  readonly described: Readonly<Record<string, unknown>>;
};

const ASK_TIMEOUT_MS = 3_000;
const KEPT_MS = 60_000;
const ANSWER_BYTES_MAX = 4_194_304;
const MODELS_MAX = 5_000;
const kept = new WeakMap<Upstream, { readonly atMs: number; readonly models: Promise<readonly Model[]> }>();

/** `GET /v1/models` and `/v1/models/ID`: what all upstreams serve, in the shape of the asking API. An upstream that fails is passed over. */
export async function serveModels(context: GateContext, route: Route, turn: Turn): Promise<void> {
  const lists = await Promise.all(context.upstreams.map((upstream) => listModels(context, upstream)));
  const models = new Map<string, Model>();
  for (const model of lists.flat()) if (!models.has(model.id)) models.set(model.id, model);
  if (route.kind === 'models')
    return sendJson(context, turn.res, 200, listBody(route.shape, [...models.values()]));
  const wanted = decode(route.rest ?? '');
  const model = models.get(wanted);
  if (model !== undefined) return sendJson(context, turn.res, 200, describe(route.shape, model));
  const refusal = refuse(
    404,
    'model_not_found',
    `The model '${wanted.slice(0, 128)}' is not served here.`,
    'model',
  );
  sendRefusal(context, turn.req, turn.res, route.shape, refusal, turn.id);
}

function decode(rest: string): string {
  const [path = ''] = rest.split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Names without a wildcard are known from the configuration; the rest is asked for and kept for a minute. */
function listModels(context: GateContext, upstream: Upstream): Promise<readonly Model[]> {
  const nowMs = context.ports.clock.monotonic();
  const had = kept.get(upstream);
  if (had !== undefined && nowMs - had.atMs < KEPT_MS) return had.models;
  const { shape, models: names, name } = upstream.config;
  const plain = names.filter((each) => !each.includes('*')).map((id) => ({ id, shape, described: {} }));
  const models = askModels(upstream).then(
    (asked) => [...asked, ...plain.filter(({ id }) => !asked.some((model) => model.id === id))],
    (error: unknown) => {
      kept.delete(upstream);
      context.ports.log('warn', 'models.not_listed', { upstream: name, 'error.type': (error as Error).name });
      return plain;
    },
  );
  kept.set(upstream, { atMs: nowMs, models });
  return models;
}

async function askModels(upstream: Upstream): Promise<readonly Model[]> {
  const { apiKey, shape } = upstream.config;
  const headers: Record<string, string> = shape === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};
  if (apiKey !== null) {
    if (shape === 'anthropic') headers['x-api-key'] = apiKey;
    else headers['authorization'] = `Bearer ${apiKey}`;
  }
  const path = `${upstream.pathPrefix}/v1/models${shape === 'anthropic' ? '?limit=1000' : ''}`;
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
  const answer = await upstream.pool.request({ method: 'GET', path, headers, signal });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw new Error('The upstream did not list its models.');
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_BYTES_MAX) throw new Error('The list of models is too long.');
    chunks.push(chunk);
  }
  const models = readModels(upstream, JSON.parse(Buffer.concat(chunks).toString('utf8')));
  if (upstream.key !== undefined && JSON.stringify(models).includes(upstream.key.text)) {
    throw new Error('The list of models shows the key that asked for it.');
  }
  return models;
}

function readModels(upstream: Upstream, answer: unknown): Model[] {
  const { data } = answer as { data?: unknown };
  if (!Array.isArray(data)) throw new Error('The list of models has no data.');
  const models: Model[] = [];
  for (const item of data.slice(0, MODELS_MAX) as unknown[]) {
    const described = item as Readonly<Record<string, unknown>> | null;
    const id = described?.['id'];
    if (described === null || typeof id !== 'string' || !upstream.serves(id)) continue;
    models.push({ id, shape: upstream.config.shape, described });
  }
  return models;
}

function listBody(shape: ApiShape, models: readonly Model[]): unknown {
  const data = models.map((model) => describe(shape, model));
  if (shape === 'openai') return { object: 'list', data };
  return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
}

/** As the upstream described it, where it speaks the asking API; otherwise what both APIs need at least. */
function describe(shape: ApiShape, model: Model): Readonly<Record<string, unknown>> {
  if (shape === model.shape && Object.keys(model.described).length > 0) return model.described;
  return shape === 'openai'
    ? { id: model.id, object: 'model', created: 0, owned_by: model.shape }
    : { type: 'model', id: model.id, display_name: model.id, created_at: '1970-01-01T00:00:00Z' };
}
