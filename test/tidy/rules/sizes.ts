import { isTest, type Problem, type Rule } from '../problem.ts';

/** Without the named functions within, which are counted for themselves. */
const FUNCTION_LINES_MAX = 60;
/** With them: a factory and all its closures, in place of a class. */
const FACTORY_LINES_MAX = 120;
const FILE_LINES_MAX = 350;
/** Tests are read one at a time. */
const TEST_LINES_MAX = 700;

/**
 * What was longer when the rule came. The numbers may only go down: one that is no longer reached is a failure too, so that
 * it is taken out. Functions by `path#name`, files by path.
 */
const STILL_LONGER: Readonly<Record<string, number>> = {};

/** Numbers that a program wrote; nobody reads them. */
const FITTED = new Set(['packages/detection/src/score/fitted-score.ts']);

/** Groups of tests hold their tests and are read one test at a time. */
const GROUPS = new Set(['describe', 'suite']);

export const shortFunctions: Rule = {
  name: `functions have at most ${FUNCTION_LINES_MAX} lines, factories with their closures ${FACTORY_LINES_MAX}`,
  check: ({ sources }) =>
    [...sources].flatMap(([path, source]) =>
      source.functions
        .filter((one) => !GROUPS.has(one.argumentOf))
        .flatMap((one) => [
          ...judge(path, `${path}#${one.name}`, one.ownLines, FUNCTION_LINES_MAX, one),
          ...judge(path, `${path}#${one.name}`, one.allLines, FACTORY_LINES_MAX, one),
        ]),
    ),
  bad: {
    'packages/server/src/a.ts': `export function a() {\n${'  // line\n'.repeat(FUNCTION_LINES_MAX - 1)}}`,
    'packages/server/src/c.ts': `export function createC() {\n${'  function d() {\n\n}\n'.repeat(FACTORY_LINES_MAX / 3)}}`,
    'packages/server/src/b.ts': `export const b = {\n  c: () => {\n${'\n'.repeat(FUNCTION_LINES_MAX - 1)}  },\n};`,
  },
};

export const shortFiles: Rule = {
  name: `code files have at most ${FILE_LINES_MAX} lines, tests ${TEST_LINES_MAX}`,
  check: ({ texts, sources }) =>
    [...sources.keys()]
      .filter((path) => !FITTED.has(path))
      .flatMap((path) =>
        judge(
          path,
          path,
          (texts.get(path) ?? '').trimEnd().split('\n').length,
          isTest(path) ? TEST_LINES_MAX : FILE_LINES_MAX,
        ),
      ),
  bad: { 'packages/server/src/a.ts': `${'// line\n'.repeat(FILE_LINES_MAX + 1)}` },
};

function judge(
  path: string,
  key: string,
  lineCount: number,
  most: number,
  place?: { readonly name: string; readonly line: number },
): Problem[] {
  const allowed = Math.max(most, STILL_LONGER[key] ?? 0);
  if (lineCount <= allowed) return [];
  const what = place === undefined ? 'the file' : place.name;
  const where = place === undefined ? { path } : { path, line: place.line };
  return [{ ...where, message: `${what} has ${lineCount} lines; at most ${allowed} can be read at once` }];
}

/** Entries of the list that nothing reaches any more. */
export const ratchetOnlyShrinks: Rule = {
  name: 'the list of what is still longer only shrinks',
  check: ({ texts, sources }) =>
    Object.entries(STILL_LONGER).flatMap(([key, allowed]) => {
      const [path = '', name] = key.split('#');
      const now =
        name === undefined
          ? (texts.get(path) ?? '').trimEnd().split('\n').length
          : Math.max(
              0,
              ...(sources.get(path)?.functions ?? [])
                .filter((one) => one.name === name)
                .map((one) => one.allLines),
            );
      return now === allowed
        ? []
        : [{ path, message: `${key} stands at ${allowed} but has ${now} lines; set the list right` }];
    }),
  bad: {},
};
