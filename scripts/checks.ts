import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** What is checked besides the tests, in the order of how much a failure explains. */
const CHECKS = [
  { name: 'types', command: 'tsc', args: ['-b', '--pretty', 'false'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'biome', args: ['format'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress', '--no-config-hints'] },
] as const;

export type CheckOutcome = { readonly name: string; readonly passed: boolean };

/** Runs every check in order, a line for each; the output only of one that fails. */
export function runChecks(root: string): CheckOutcome[] {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  return CHECKS.map(({ name, command, args }) => {
    const startedMs = performance.now();
    const run = spawnSync(join(bin, command), args, {
      cwd: root,
      env,
      encoding: 'utf8',
      timeout: 300_000,
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    });
    const passed = run.status === 0;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const shown = `${command} ${args.join(' ')}`;
    console.log(`${passed ? '✔' : '✖'} ${name.padEnd(9)} ${seconds.padStart(5)} s  ${shown}`);
    if (!passed)
      console.log(`${run.stdout}${run.stderr}${run.error === undefined ? '' : `${run.error.message}\n`}`);
    return { name, passed };
  });
}
