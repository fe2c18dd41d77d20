import assert from 'node:assert/strict';
import { parseSettings } from '../../../packages/server/src/config/parse-settings.ts';
import { settingsSchema } from '../../../packages/server/src/config/settings-schema.ts';
import { validateSettings } from '../../../packages/server/src/config/validate-settings.ts';
import { writeTemplate } from '../../../packages/server/src/config/write-template.ts';
import { ServerError } from '../../../packages/server/src/server-error.ts';
import { texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const SECRET = 'c4n4ry-0f-the-env1ronment';
const ENV = { SECRET, PORT: '8470', EMPTY: '', YES: 'true' };
/** What a hundred aliases may make of a small file, and no more. */
const GROWTH_MAX = 200;

function judge(text: string): void {
  const parsed = parseSettings(text, 'portcullis.yaml', ENV);
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const path of [
    [],
    ['gate'],
    ['gate', 'port'],
    ['upstreams', 0, 'apiKey'],
    ['upstreams', 9],
  ] as const) {
    const line = parsed.lineOf(path);
    assert.ok(line >= 1 && line <= lines + 1, `line ${line} of ${lines}`);
  }
  validateSettings(parsed, 'portcullis.yaml');
  const size = JSON.stringify(parsed.settings).length;
  assert.ok(size <= GROWTH_MAX * (text.length + 1000), `${text.length} characters became ${size}`);
}

function fuzz(input: Buffer): void {
  try {
    judge(input.toString('utf8'));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    assert.equal(error.code, 'bad-config');
    assert.ok(
      error.message !== '' && !error.message.includes(SECRET),
      'the message tells what the environment holds',
    );
  }
}

export const target: FuzzTarget = {
  name: 'settings',
  holds:
    'A settings file is read, or refused by name and line without telling what the environment holds, and stays small.',
  seeds: () =>
    texts(
      writeTemplate(settingsSchema, 'portcullis.schema.json', 'Portcullis.'),
      'gate:\n  port: ${PORT}\n  host: ${SECRET}\nupstreams:\n  - name: a\n    baseUrl: https://x.example\n    apiKey: ${SECRET}\n    shape: openai\n',
      'practice: ${YES}\nlimits:\n  requestsPerMinute: ${NONE:-5}\n  tokensPerDay: $${x}\n',
      'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n',
      `a: &a [x]\nb: [${'*a, '.repeat(150)}]\nc: *none\n`,
      `a: &a [${'x, '.repeat(20)}]\nb: &b [${'*a, '.repeat(20)}]\nc: [${'*b, '.repeat(20)}]\n`,
      'gate: &g { port: 1, host: *g }\n',
      '? [complex, key]\n: !!binary aGk=\n--- \n...\n%YAML 1.1\n',
      'gate: &g\n  port: 1\nadmin: *g\n<<: *g\n',
      'vault: { masterKey: { env: SECRET }, retentionDays: null }\ndetection: { thresholds: { a: 1 } }\n',
    ),
  alsoInstrument: ['node_modules/yaml/'],
  words: [
    '${SECRET}',
    '${PORT}',
    '&a ',
    '*a',
    '!!',
    '<<:',
    '? ',
    '- ',
    ': ',
    '\n  ',
    '{',
    '|',
    '__proto__:',
    'upstreams:',
    'gate:',
  ],
  fuzz,
};
