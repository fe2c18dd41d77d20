// Builds the console where its sources are newer than what was built; run before `npm start` and when packages are made.
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'packages', 'console');
const SOURCES = [
  'packages/console/{src,index.html,hearing.html,vite.config.ts,package.json}',
  'packages/console/src/**/*.{ts,tsx,css,svg}',
  'packages/record/src/**/*.ts',
  'package-lock.json',
];

const changedMs = (path: string): number => statSync(path).mtimeMs;

function isFresh(): boolean {
  const built = join(folder, 'dist', 'index.html');
  if (!existsSync(built)) return false;
  const newest = Math.max(...globSync(SOURCES, { cwd: root }).map((path) => changedMs(join(root, path))));
  return newest <= changedMs(built);
}

async function build(): Promise<void> {
  const begunMs = performance.now();
  const { build: bundle } = await import('vite');
  await bundle({ configFile: join(folder, 'vite.config.ts'), logLevel: 'warn' });
  // Not on standard output, which npm pack --json and others read.
  console.error(`Built the console in ${((performance.now() - begunMs) / 1000).toFixed(1)} s.`);
}

if (!isFresh()) {
  try {
    await build();
  } catch (error) {
    // The server works without it and says so where the console would be.
    const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    console.error(
      missing
        ? 'The console is not built: install the development packages with "npm install".'
        : `The console is not built: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    if (!process.argv.includes('--or-go-on')) process.exitCode = 1;
  }
}
