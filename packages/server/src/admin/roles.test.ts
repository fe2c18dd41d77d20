import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Role } from '@portcullis/record';
import fc from 'fast-check';
import { OPEN_ROUTES, ROUTES } from './routes.ts';
import { createAdminWorld } from './test/admin-world.ts';

// Who may call what: A admin, R reviewer, O auditor. Written out here on its own, so that a slip in the routes shows.
const TABLE: Readonly<Record<string, string>> = {
  'GET /v1/status': 'ARO',
  'GET /v1/ledger': 'ARO',
  'GET /v1/traffic': 'ARO',
  'GET /v1/policies': 'ARO',
  'GET /v1/ledger/entries': 'ARO',
  'GET /v1/ledger/entries/:index': 'ARO',
  'GET /v1/operators': 'ARO',
  'POST /v1/operators': 'A',
  'DELETE /v1/operators/:operator': 'A',
  'POST /v1/reload': 'A',
  'GET /v1/accounts': 'ARO',
  'GET /v1/accounts/:account': 'ARO',
  'POST /v1/accounts': 'A',
  'POST /v1/accounts/:account/keys': 'A',
  'DELETE /v1/keys/:key': 'A',
  'PUT /v1/accounts/:account/limits': 'A',
  'POST /v1/accounts/:account/erase': 'A',
  'POST /v1/accounts/:account/legal-hold': 'A',
  'DELETE /v1/accounts/:account/legal-hold': 'A',
  'GET /v1/findings': 'ARO',
  'GET /v1/cases': 'ARO',
  'GET /v1/cases/:case': 'ARO',
  'POST /v1/cases/:case/lease': 'AR',
  'DELETE /v1/cases/:case/lease': 'AR',
  'POST /v1/cases/:case/evidence': 'AR',
  'POST /v1/cases/:case/views': 'AR',
  'POST /v1/cases/:case/decisions': 'AR',
  'POST /v1/cases/:case/decisions/:decision/confirm': 'AR',
  'POST /v1/cases/:case/decisions/:decision/reject': 'AR',
  'POST /v1/cases/:case/decisions/:decision/undo': 'AR',
  'GET /v1/cases/:case/accounts/:account/statement': 'AR',
  'POST /v1/cases/:case/accounts/:account/statement': 'AR',
  'POST /v1/cases/:case/accounts/:account/links': 'AR',
  'DELETE /v1/links/:link': 'AR',
  'POST /v1/cases/:case/representations/:representation/acknowledge': 'AR',
  'GET /v1/oversight': 'ARO',
  'GET /v1/events': 'ARO',
  'GET /v1/cases/:case/accounts': 'ARO',
  'GET /v1/cases/:case/graph': 'ARO',
  'GET /v1/cases/:case/timeline': 'ARO',
  'GET /v1/cases/:case/similar': 'ARO',
  'POST /v1/known-cases': 'A',
  'GET /v1/deadlines': 'ARO',
  'GET /v1/clocks': 'ARO',
  'GET /v1/incidents': 'ARO',
  'GET /v1/incidents/:incident': 'ARO',
  'POST /v1/incidents': 'AR',
  'POST /v1/incidents/:incident/classify': 'AR',
  'POST /v1/incidents/:incident/reports': 'AR',
  'POST /v1/incidents/:incident/resolve': 'AR',
  'GET /v1/switch': 'ARO',
  'POST /v1/switch/stop': 'AR',
  'POST /v1/switch/start': 'A',
  'POST /v1/switch/drill': 'A',
  'POST /v1/cases/:case/accounts/:account/sever': 'AR',
  'POST /v1/cases/:case/reopen': 'AR',
  'POST /v1/cases/:case/appeals': 'AR',
  'POST /v1/cases/:case/export': 'AR',
  'GET /v1/reports': 'ARO',
  'GET /v1/reports/:report': 'ARO',
  'POST /v1/reports': 'A',
};
const PEOPLE: readonly (readonly [string, Role, string])[] = [
  ['admin', 'admin', 'A'],
  ['ada', 'reviewer', 'R'],
  ['otto', 'auditor', 'O'],
];

let world: Awaited<ReturnType<typeof createAdminWorld>>;
before(async () => {
  world = await createAdminWorld();
});
after(() => world.close());

test('the table names every route, and no other', () => {
  assert.deepEqual(ROUTES.map((route) => `${route.method} ${route.path}`).sort(), Object.keys(TABLE).sort());
});

for (const [call, letters] of Object.entries(TABLE)) {
  const [method = '', path = ''] = call.split(' ');
  for (const [who, role, letter] of PEOPLE) {
    test(`${role} ${letters.includes(letter) ? 'may' : 'may not'} ${call}`, async () => {
      const { status, body } = await world.call(who, method, path.replace(/:[a-z]+/g, 'nobody'));
      assert.equal(status === 403, !letters.includes(letter), JSON.stringify(body));
    });
  }
}

test('no call of an auditor changes the ledger', async () => {
  const before = world.ledger.entries.length;
  const segments = fc.constantFrom(
    'v1',
    'accounts',
    'cases',
    'case-1',
    'keys',
    'operators',
    'decisions',
    'x',
    'legal-hold',
  );
  const anyPath = fc.array(segments, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
  const knownPath = fc.constantFrom(...ROUTES.map((route) => route.path.replace(/:[a-z]+/g, 'case-1')));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH'),
      fc.oneof(knownPath, anyPath),
      fc.dictionary(
        fc.constantFrom('account', 'reason', 'reasons', 'measure', 'items', 'role'),
        fc.jsonValue(),
      ),
      async (method, path, body) => {
        const { status } = await world.call('otto', method, path, body);
        assert.ok([403, 404, 405].includes(status), `${method} ${path}: ${status}`);
      },
    ),
    { numRuns: 150 },
  );
  assert.equal(world.ledger.entries.length, before);
});

test('docs/admin-api.md describes every route as it is', () => {
  const docs = readFileSync(new URL('../../../../docs/admin-api.md', import.meta.url), 'utf8');
  for (const route of [...ROUTES, ...OPEN_ROUTES]) {
    const fields = Object.entries(route.body ?? {}).map(([name, kind]) => `\`${name}\`: ${kind}`);
    const query = (route.query ?? []).map((name) => `\`?${name}=\``);
    const body = [...query, ...fields].join(', ') || '–';
    const row = `| ${route.method} | \`${route.path}\` | ${'who' in route ? route.who : route.roles.join(', ')} | ${body} | ${route.status}: ${route.answer} | ${route.does} |`;
    assert.ok(docs.includes(row), `docs/admin-api.md lacks the row\n${row}`);
  }
});
