import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HTTP_FINDINGS, HTTP_HEADS } from './fuzz-http-heads.ts';
import { makeRequest } from './make-request.ts';
import { openRawGate, type RawGate } from './raw-gate.ts';

const CONNECTIONS = 300;
let gate: RawGate;

before(async () => {
  gate = await openRawGate();
});
after(() => gate.close());

test(`${HTTP_HEADS.holds} (made up)`, async () => {
  const seed = 1 + randomInt(2 ** 31 - 2);
  for (let number = 0; number < CONNECTIONS; number++) {
    const bytes = makeRequest(seed, number);
    try {
      await gate.judge(bytes);
    } catch (error) {
      throw new Error(`seed ${seed}, request ${number}: ${JSON.stringify(bytes.toString('latin1'))}`, {
        cause: error,
      });
    }
  }
  await gate.judgeAfter();
});

for (const name of existsSync(HTTP_FINDINGS) ? readdirSync(HTTP_FINDINGS) : []) {
  test(`${HTTP_HEADS.name}: ${name}`, async () => {
    await gate.judge(readFileSync(join(HTTP_FINDINGS, name)));
    await gate.judgeAfter();
  });
}
