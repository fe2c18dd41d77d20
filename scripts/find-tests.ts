import { globSync } from 'node:fs';
import { matchesGlob } from 'node:path';

/**
 * Test files of the packages and of the whole system, in order of their names.
 * @param patterns parts of a path, or globs; a file that matches one is taken. None takes all.
 */
export function findTests(root: string, patterns: readonly string[]): string[] {
  const files = globSync(['packages/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort((a, b) => a.localeCompare(b, 'en'));
  if (patterns.length === 0) return files;
  return files.filter((file) =>
    patterns.some((pattern) => file.includes(pattern) || matchesGlob(file, pattern)),
  );
}
