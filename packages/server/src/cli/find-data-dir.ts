import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from './io.ts';

/** Where `portcullis start` keeps its data, without a configuration and with one. */
const USUAL = ['portcullis-practice-data', 'portcullis-data'];

/**
 * The data directory that a command in this folder is about: `--data`, else what `portcullis.yaml` says, else one of the usual names,
 * one that something runs on before others. Undefined where there is none.
 */
export async function findDataDir(io: Pick<Io, 'cwd' | 'env'>, given?: string): Promise<string | undefined> {
  if (given !== undefined) return resolve(io.cwd, given);
  const usual = USUAL.map((name) => join(io.cwd, name));
  const configured = await configuredDataDir(io);
  const known = [...(configured === undefined ? [] : [configured]), ...usual].filter((dir) =>
    existsSync(dir),
  );
  return known.find((dir) => existsSync(join(dir, 'run.json'))) ?? known[0];
}

async function configuredDataDir({ cwd, env }: Pick<Io, 'cwd' | 'env'>): Promise<string | undefined> {
  if (!existsSync(join(cwd, 'portcullis.yaml'))) return undefined;
  try {
    const { loadConfig } = await import('../config/load-config.ts');
    return loadConfig({ cwd, env }).config.dataDir;
  } catch {
    // A wrong setting is for `start` to refuse; a question to a server that runs needs none of it.
    return undefined;
  }
}
