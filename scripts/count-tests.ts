import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/**
 * A reporter for `node --test` that writes how many tests really ran. The runner counts a file without any test as one
 * that passed; here it is none.
 */
export default async function* countTests(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ran = 0;
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isFile = data.file !== undefined && resolve(data.name) === data.file;
    if (data.details.type !== 'suite' && data.skip === undefined && !isFile) ran += 1;
  }
  yield String(ran);
}
