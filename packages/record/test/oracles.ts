import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

// Published test vectors that may lie beside the repository. Where they do not, say so and skip; never pass silently.

const ORACLES = resolve(import.meta.dirname, '../../../../shared/oracles');

/** Options of `test()`: skips with a reason, also printed, where the folder is not there. */
export function needsOracle(folder: string): { skip: string | false } {
  if (existsSync(join(ORACLES, folder))) return { skip: false };
  const reason = `NOT CHECKED: the published vectors ${join('shared/oracles', folder)} are not beside this repository`;
  console.log(reason);
  return { skip: reason };
}

export function readOracle(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(ORACLES, path)));
}

/** Every `.json` below a folder, with numbers kept as text, since some are 2^64-1. */
export function readCases(folder: string): { path: string; value: Record<string, unknown> }[] {
  return readdirSync(join(ORACLES, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ORACLES, folder, path), 'utf8');
      return { path, value: JSON.parse(text.replaceAll(/": (\d+)/g, '": "$1"')) };
    });
}

export function readGzipJson(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(ORACLES, path))).toString('utf8'));
}
