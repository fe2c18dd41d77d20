/** Which API's shape an answer has. */
export type ApiShape = 'openai' | 'anthropic';

/** What the gate does at a path. */
export type Route = {
  readonly kind: 'exchange' | 'models' | 'model' | 'receipt' | 'liveness' | 'readiness' | 'metrics';
  /** As entries and metrics name it; never with a caller's own text in it. */
  readonly endpoint: string;
  readonly shape: ApiShape;
  /** The methods it takes, as an `allow` header lists them. */
  readonly methods: string;
  /** OpenTelemetry `gen_ai.operation.name`. */
  readonly operation: string;
  /** The body must be JSON with a model. */
  readonly json: boolean;
  /** A model, or a receipt's index. */
  readonly rest?: string;
};

function exchange(endpoint: string, shape: ApiShape, operation: string): Route {
  return { kind: 'exchange', endpoint, shape, methods: 'POST', operation, json: true };
}

function own(kind: Route['kind'], endpoint: string): Route {
  return { kind, endpoint, shape: 'openai', methods: 'GET, HEAD', operation: kind, json: false };
}

const MODELS = '/v1/models';

/** Paths that are matched whole. */
const FIXED = new Map<string, Route>([
  ['/v1/chat/completions', exchange('/v1/chat/completions', 'openai', 'chat')],
  ['/v1/responses', exchange('/v1/responses', 'openai', 'chat')],
  ['/v1/completions', exchange('/v1/completions', 'openai', 'text_completion')],
  ['/v1/embeddings', exchange('/v1/embeddings', 'openai', 'embeddings')],
  ['/v1/messages', exchange('/v1/messages', 'anthropic', 'chat')],
  ['/v1/messages/count_tokens', exchange('/v1/messages/count_tokens', 'anthropic', 'count_tokens')],
  ['/health/liveness', own('liveness', '/health/liveness')],
  ['/health/readiness', own('readiness', '/health/readiness')],
  ['/metrics', own('metrics', '/metrics')],
  [MODELS, own('models', MODELS)],
]);
/** Paths that go on with a model's name or a receipt's index. */
const BELOW = new Map<string, Route>([
  [`${MODELS}/`, own('model', MODELS)],
  ['/receipts/', own('receipt', '/receipts')],
]);
/** Every path that the gate serves without having been told to, `:rest` for what follows. */
export const GATE_PATHS: readonly string[] = [
  ...FIXED.keys(),
  ...[...BELOW.keys()].map((path) => `${path}:rest`),
];

const ENDPOINT_CHARS_MAX = 64;
/** A request target is ASCII without spaces (RFC 3986); parsers let more through. */
const PRINTABLE = /^[\x21-\x7e]+$/;
/** What passed-through paths may be asked by; TRACE would show the caller the upstream's key. */
const PASSED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** What could make the gate and an upstream read one path as two: dots, slashes, parameters and signs that some read after decoding, even twice. */
const AMBIGUOUS = /%2e|%2f|%5c|%25|%3b|%23|%3f|%[01]|%7f|[;#\\]|\/\/|\/\.\.?(\/|$)/i;

/** Finds the route of a request target, or undefined. Paths are matched exactly, never normalised. */
export type FindRoute = (url: string, anthropic: boolean) => Route | undefined;

/** @param allowPaths further paths to pass through; each also stands for everything below it */
export function createRoutes(allowPaths: readonly string[]): FindRoute {
  const allowed = allowPaths.map((path) => path.replace(/\/+$/, ''));
  return (url, anthropic) => {
    if (!PRINTABLE.test(url)) return undefined;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    const shape = anthropic ? 'anthropic' : 'openai';
    const fixed = FIXED.get(path);
    if (fixed !== undefined) return fixed.kind === 'models' ? { ...fixed, shape } : fixed;
    for (const [above, route] of BELOW)
      if (path.startsWith(above))
        return {
          ...route,
          shape: route.kind === 'model' ? shape : route.shape,
          rest: path.slice(above.length),
        };
    if (!path.startsWith('/') || AMBIGUOUS.test(path) || isAlias(path)) return undefined;
    const listed = allowed.find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    if (listed === undefined) return undefined;
    return {
      kind: 'exchange',
      endpoint: listed.slice(0, ENDPOINT_CHARS_MAX),
      shape: listed.startsWith('/v1/messages') ? 'anthropic' : shape,
      methods: PASSED_METHODS,
      operation: 'passthrough',
      json: false,
    };
  };
}

/**
 * Another spelling of a path that the gate serves itself, which an upstream could take for that path: let through by the
 * allow-list, its body would be neither counted nor, in standing `plain`, stripped.
 */
function isAlias(path: string): boolean {
  let plain: string;
  try {
    plain = decodeURIComponent(path).trim().replace(/\/+$/, '').toLowerCase();
  } catch {
    return true;
  }
  return FIXED.has(plain);
}
