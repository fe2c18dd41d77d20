import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../../packages/server/src/admin/routes.ts';
import { GATE_PATHS } from '../../packages/server/src/gate/routes.ts';

// What each endpoint may do, written down apart from the code: of the gate here, of the admin API in docs/admin-api.md.

/** `anybody`: no key is asked for; `caller`: a key that is issued and not revoked. */
type Needs = 'anybody' | 'caller';

/** What the operator of the test lets through. */
export const ALLOWED_PATH = '/v1/files';

const GATE_NEEDS: Readonly<Record<string, Needs>> = {
  '/v1/chat/completions': 'caller',
  '/v1/responses': 'caller',
  '/v1/completions': 'caller',
  '/v1/embeddings': 'caller',
  '/v1/messages': 'caller',
  '/v1/messages/count_tokens': 'caller',
  '/v1/models': 'caller',
  '/v1/models/:rest': 'caller',
  '/receipts/:rest': 'caller',
  [ALLOWED_PATH]: 'caller',
  '/health/liveness': 'anybody',
  '/health/readiness': 'anybody',
  '/metrics': 'anybody',
};

export type Endpoint =
  | { readonly at: 'gate'; readonly path: string; readonly needs: Needs }
  | {
      readonly at: 'admin';
      readonly method: string;
      readonly path: string;
      readonly roles: readonly string[];
    };

const DOCUMENT = join(import.meta.dirname, '../../docs/admin-api.md');
const ROW = /^\| (GET|POST|PUT|DELETE) \| `(\S+)` \| ([a-z, ]+) \|/gm;

/** Every endpoint of the running program, from its own tables. @throws Error where what it may do is not written down */
export function listEndpoints(): Endpoint[] {
  const rows = [...readFileSync(DOCUMENT, 'utf8').matchAll(ROW)];
  const documented = new Map(
    rows.map(([, method, path, roles]) => [`${method} ${path}`, (roles ?? '').split(', ')]),
  );
  const gate = [...GATE_PATHS, ALLOWED_PATH].map((path): Endpoint => {
    const needs = GATE_NEEDS[path];
    if (needs === undefined) throw new Error(`the gate serves ${path}: say in GATE_NEEDS who may ask for it`);
    return { at: 'gate', path, needs };
  });
  const admin = ROUTES.map(({ method, path }): Endpoint => {
    const roles = documented.get(`${method} ${path}`);
    if (roles === undefined) throw new Error(`docs/admin-api.md does not say who may ${method} ${path}`);
    return { at: 'admin', method, path, roles };
  });
  return [...gate, ...admin];
}
