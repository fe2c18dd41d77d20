// `npm test`: types, lint, format, dead code, then every test, with node's own summary as the last lines.
// `npm test -- PATTERN…`: only the test files whose path has a pattern in it (or matches it as a glob), without the checks.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.ts';
import { findTests } from './find-tests.ts';

const root = join(import.meta.dirname, '..');
const patterns = process.argv.slice(2);
/** End-to-end tests start processes of their own, so more than a few files at once only wait for each other. */
const CONCURRENCY = Math.min(4, Math.max(2, availableParallelism()));
/** One test; a hanging one must fail a run, not hold it up. */
const TIMEOUT_MS = 300_000;

/** @returns the exit code */
function runTests(files: readonly string[], outcomes: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'));
  const counted = join(folder, 'count');
  const args = [
    '--conditions=portcullis-source',
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    `--test-timeout=${TIMEOUT_MS}`,
    // A test that fails half-way can leave a thread or a socket behind, and its file would never end; no time limit covers that.
    '--test-force-exit',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(import.meta.dirname, 'count-tests.ts')}`,
    `--test-reporter-destination=${counted}`,
    ...files,
  ];
  try {
    const env = { ...process.env, PORTCULLIS_CHECKS: outcomes };
    const run = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
    if (run.status !== 0) return run.status ?? 1;
    if (Number(readFileSync(counted, 'utf8')) > 0) return 0;
    console.error('✖ not one test ran');
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tests in a browser see the console as it is served: built. */
function buildConsole(): void {
  spawnSync(process.execPath, [join(import.meta.dirname, 'build-console.ts')], {
    cwd: root,
    stdio: 'inherit',
  });
}

function main(): number {
  console.log(
    `node ${process.version} on ${process.platform}-${process.arch}, ${CONCURRENCY} test files at once`,
  );
  const files = findTests(root, patterns);
  if (files.length === 0) {
    console.error(`✖ no test file ${patterns.length === 0 ? 'was found' : `matches ${patterns.join(' ')}`}`);
    return 1;
  }
  const checks = patterns.length === 0 ? runChecks(root) : [];
  buildConsole();
  console.log(`▶ ${files.length} test files`);
  // test/checks.test.ts repeats the outcomes as tests, so that the summary at the end tells of them too.
  const code = runTests(files, JSON.stringify(checks));
  return checks.every((check) => check.passed) ? code : Math.max(code, 1);
}

process.exitCode = main();
