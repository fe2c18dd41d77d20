import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One package that the exporter runs with. `integrity` as npm has it (Subresource Integrity); null for what was not fetched from a registry. */
export type Material = { readonly name: string; readonly version: string; readonly integrity: string | null };

type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
};
type Lock = Readonly<Record<string, Locked>>;

/**
 * The packages that the exporter runs with, by name, from the lock file that npm leaves beside what it installed.
 * Empty where there is none; the bundle then says so.
 */
export function billOfMaterials(packageFolder = ownFolder()): Material[] {
  const lock = readLock(packageFolder);
  const manifest = readJson<{ dependencies?: Record<string, string> }>(join(packageFolder, 'package.json'));
  if (lock === undefined || manifest === undefined) return [];
  const found = new Map<string, Material>();
  const queue = Object.keys(manifest.dependencies ?? {}).map((name) => ({
    name,
    from: 'node_modules/portcullis',
  }));
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const path = placeOf(lock, next.name, next.from);
    const entry = path === undefined ? undefined : lock[path];
    if (path === undefined || entry === undefined || found.has(path)) continue;
    const locked = entry.link === true ? (lock[entry.resolved ?? ''] ?? entry) : entry;
    found.set(path, {
      name: next.name,
      version: locked.version ?? 'unknown',
      integrity: locked.integrity ?? null,
    });
    for (const name of Object.keys(locked.dependencies ?? {})) queue.push({ name, from: path });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Where npm put a dependency of the package at `from`: beside it, or in a folder above. */
function placeOf(lock: Lock, name: string, from: string): string | undefined {
  for (let at = from; ; ) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
    if (at === '') return undefined;
    const above = at.lastIndexOf('/node_modules/');
    at = above < 0 ? '' : at.slice(0, above);
  }
}

function readLock(from: string): Lock | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const path of ['node_modules/.package-lock.json', 'package-lock.json']) {
      const lock = readJson<{ packages?: Lock }>(join(folder, path))?.packages;
      if (lock !== undefined) return lock;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** The folder with this package's package.json, from `src/evidence` as from `dist/evidence`. */
function ownFolder(): string {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}
