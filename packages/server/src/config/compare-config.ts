import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';

/** Settings that a running gate takes over; every other one takes a restart. docs/operating.md names them. */
export const RELOADABLE = [
  'gate.bodyBytesMax',
  'gate.headersTimeoutMs',
  'gate.admissionTimeoutMs',
  'gate.exchangesMax',
  'gate.connectionsMax',
  'gate.bodyIdleTimeoutMs',
  'gate.bodyMemoryBytesMax',
  'gate.drainTimeoutMs',
  'gate.allowPaths',
  'upstreams',
  'vault.retentionDays',
  'vault.responseBytesMax',
  'limits',
  'standing',
  'contact',
  'privacy',
] as const;

export type Comparison = {
  /** The running settings with every reloadable one as in the new ones. */
  readonly config: Config;
  /** Names of the settings that changed by that. */
  readonly changed: readonly string[];
  /** Names of settings that differ and take a restart. */
  readonly needRestart: readonly string[];
};

/** What of new settings can be had without a restart. */
export function compareConfig(running: Config, wanted: Config): Comparison {
  const config = structuredClone(running) as unknown as Record<string, unknown>;
  const changed: string[] = [];
  const needRestart: string[] = [];
  for (const path of leafPaths(running, wanted)) {
    if (isDeepStrictEqual(read(running, path), read(wanted, path))) continue;
    const name = path.join('.');
    if (!RELOADABLE.some((each) => name === each || name.startsWith(`${each}.`))) needRestart.push(name);
    else {
      changed.push(name);
      write(config, path, read(wanted, path));
    }
  }
  return { config: config as unknown as Config, changed, needRestart };
}

/** The settings that are single values or lists, of both. */
function leafPaths(...configs: readonly Config[]): string[][] {
  const found = new Map<string, string[]>();
  const visit = (value: unknown, path: string[]): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    } else found.set(path.join('.'), path);
  };
  for (const config of configs) visit(config, []);
  return [...found.values()].sort((a, b) => a.join('.').localeCompare(b.join('.')));
}

function read(config: unknown, path: readonly string[]): unknown {
  let at: unknown = config;
  for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
  return at;
}

function write(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = config;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const name = path.at(-1) as string;
  // A limit that is left out is no limit.
  if (value === undefined) delete at[name];
  else at[name] = value;
}
