import { ENTRY_TYPES, ENTRY_VERSION } from '@portcullis/record';
import type { Rule } from '../problem.ts';

/** A leaf is never rewritten, so what was ever written must stay readable. */
export const everyEntryTypeIsGolden: Rule = {
  name: 'every version of every type of entry has a golden file',
  check: ({ texts }) =>
    ENTRY_TYPES.flatMap((type) =>
      Array.from({ length: ENTRY_VERSION }, (_, index) => `vectors/entries/${type}.v${index + 1}.json`)
        .filter((path) => !texts.get(path))
        .map((path) => ({ path, message: 'is missing; write it as CONTRIBUTING.md says' })),
    ),
  bad: { 'vectors/entries/decision.v1.json': '' },
  beside: { 'vectors/entries/appeal.v1.json': '{}' },
};
