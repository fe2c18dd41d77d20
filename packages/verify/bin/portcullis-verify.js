#!/usr/bin/env node
// Plain JavaScript for Node 20.19 or later. Installed from a registry it runs dist/; in the workspace it runs the sources, which
// need Node 24, by the workspace's own Node where this one is older.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => new URL(path, import.meta.url);
const built = at('../dist/main.js');
const source = at('../src/main.ts');
const pinned = fileURLToPath(at('../../../node_modules/.bin/node'));
const isInstalled = fileURLToPath(import.meta.url)
  .split(/[\\/]/)
  .includes('node_modules');
const major = Number(process.versions.node.split('.')[0]);

if (isInstalled || !existsSync(source)) {
  await import(built.href);
} else if (major >= 24) {
  await import(source.href);
} else if (existsSync(pinned) && process.env.PORTCULLIS_VERIFY_PINNED !== '1') {
  const env = { ...process.env, PORTCULLIS_VERIFY_PINNED: '1' };
  const { status } = spawnSync(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  });
  process.exitCode = status ?? 2;
} else if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('Run npm install first, or use Node 24 or later.\n');
  process.exitCode = 2;
}
