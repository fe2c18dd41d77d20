import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasOlderGlibc, useOlderNames } from './loadable-addon.ts';

/** Where the fuzzer, its corpora and its seeds lie: never in the repository. */
export const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/portcullis-fuzz');
const ENGINE = join(CACHE, 'engine');
const FILES = ['package.json', 'package-lock.json', '.npmrc'];
export const FUZZER = join(ENGINE, 'node_modules/@jazzer.js/core/dist/cli.js');

/**
 * Installs the fuzzer where it is not there, in the versions of its own lock file. It is 105 packages and 30 MB with an addon a platform, so
 * `npm install` leaves it out.
 * @throws Error where npm or the addon does not
 */
export function installFuzzer(say: (line: string) => void): void {
  const locks = (folder: string): string => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (existsSync(FUZZER) && locks(ENGINE) === locks(import.meta.dirname)) return;
  say('Installing the fuzzer (105 packages, 30 MB) into node_modules/.cache, this once.');
  mkdirSync(ENGINE, { recursive: true });
  for (const file of FILES) copyFileSync(join(import.meta.dirname, file), join(ENGINE, file));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--ignore-scripts'], {
    cwd: ENGINE,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) throw new Error('npm could not install the fuzzer; its message stands above.');
  const addon = join(
    ENGINE,
    `node_modules/@jazzer.js/fuzzer/prebuilds/fuzzer-${process.platform}-${process.arch}.node`,
  );
  if (!existsSync(addon)) throw new Error(`The fuzzer has no addon for ${process.platform}-${process.arch}.`);
  if (process.platform === 'linux' && process.arch === 'x64' && hasOlderGlibc()) useOlderNames(addon);
}
