import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Limits } from '../accounts/account.ts';
import { ServerError } from '../server-error.ts';
import { findContradictions } from './check-settings.ts';
import type { Config, UpstreamConfig } from './config.ts';
import { environmentUpstreams, withoutVersion } from './environment-upstreams.ts';
import { findWarnings } from './find-warnings.ts';
import { type ParsedSettings, parseSettings } from './parse-settings.ts';
import { spellPath } from './schema-at.ts';
import { validateSettings } from './validate-settings.ts';

export const CONFIG_FILE_NAME = 'portcullis.yaml';
/** Where practice keeps its ledger, so that synthetic traffic never stands in a real one. */
const PRACTICE_DATA_DIR = 'portcullis-practice-data';
export const PRACTICE_ORIGIN = 'portcullis.localhost/practice';

export type LoadedConfig = {
  readonly config: Config;
  /** `practice`: no model provider is configured, the practice upstream answers and the rehearsal runs. */
  readonly mode: 'practice' | 'real';
  /** Sentences for the operator; they hold no secrets. */
  readonly warnings: readonly string[];
  /** Where the settings came from, for people: a file's path, or which variables. */
  readonly source: string;
};

type Settings = Omit<Config, 'limits' | 'gate'> & {
  readonly practice: boolean;
  readonly limits: Readonly<Record<keyof Limits, number | null>>;
  readonly gate: Omit<Config['gate'], 'workers'> & { readonly workers?: number };
};

/**
 * The settings: `file` or else `portcullis.yaml` in `cwd` or else defaults; upstreams that the file leaves out come from
 * the environment. Nothing found at all means practice.
 * @throws ServerError `bad-config` with every wrong setting by name and line
 */
export function loadConfig(from: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: string;
}): LoadedConfig {
  const path = findFile(from.cwd, from.file);
  const name = path ?? 'defaults';
  const parsed = parseSettings(path === undefined ? '' : readText(path), name, from.env);
  const named = Array.isArray(parsed.settings['upstreams']) && parsed.settings['upstreams'].length > 0;
  const namesDataDir = parsed.settings['dataDir'] !== undefined;
  const namesOrigin = (parsed.settings['ledger'] as { origin?: unknown } | undefined)?.origin !== undefined;
  validateSettings(parsed, name);
  const settings = parsed.settings as unknown as Settings;
  refusePracticeWithUpstreams(settings, named, parsed, name);
  if (!named && !settings.practice) addEnvironmentUpstreams(parsed, from.env);
  const mode = settings.upstreams.length === 0 ? 'practice' : 'real';
  if (mode === 'practice' && path !== undefined && !settings.practice) {
    throw new ServerError(
      'bad-config',
      `${name} names no upstream. Add one under upstreams, or set OPENAI_API_KEY or ANTHROPIC_API_KEY, or write "practice: true".`,
    );
  }
  if (mode === 'practice') keepApart(parsed.settings, { dataDir: !namesDataDir, origin: !namesOrigin });
  const config = complete(settings, path === undefined ? from.cwd : dirname(path));
  const wrong = findContradictions(config, from.env);
  if (wrong.length > 0) {
    const lines = wrong.map(
      (one) => (path === undefined ? '' : `${name}:${parsed.lineOf(one.path)}: `) + one.message,
    );
    throw new ServerError('bad-config', lines.join('\n'));
  }
  const isLiteral = (at: readonly (string | number)[]): boolean =>
    (named || at[0] !== 'upstreams') && !parsed.fromEnvironment.has(spellPath(at));
  return {
    config,
    mode,
    warnings: findWarnings(config, isLiteral),
    source: spellSource(path, named, settings),
  };
}

function findFile(cwd: string, file: string | undefined): string | undefined {
  const path = resolve(cwd, file ?? CONFIG_FILE_NAME);
  if (existsSync(path)) return path;
  if (file === undefined) return undefined;
  throw new ServerError(
    'bad-config',
    `There is no ${path}. Make one with "portcullis init", or leave --config out.`,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'an error';
    throw new ServerError(
      'bad-config',
      `${path} can not be read (${code}); check the path and its permissions.`,
      { cause },
    );
  }
}

function refusePracticeWithUpstreams(
  settings: Settings,
  named: boolean,
  parsed: ParsedSettings,
  name: string,
): void {
  if (!settings.practice || !named) return;
  throw new ServerError(
    'bad-config',
    `${name}:${parsed.lineOf(['practice'])}: practice is true, but upstreams are named; take one of them out.`,
  );
}

/** Checked like those of a file, so that both have the same defaults and limits. */
function addEnvironmentUpstreams(
  parsed: ParsedSettings,
  env: Readonly<Record<string, string | undefined>>,
): void {
  parsed.settings['upstreams'] = environmentUpstreams(env);
  const hidden: ParsedSettings = {
    ...parsed,
    fromEnvironment: new Set(['upstreams[0].baseUrl', 'upstreams[1].baseUrl']),
  };
  validateSettings(hidden, 'environment');
}

/** Practice has a directory and a name of its own, unless the file names others. */
function keepApart(settings: Record<string, unknown>, own: { dataDir: boolean; origin: boolean }): void {
  if (own.dataDir) settings['dataDir'] = PRACTICE_DATA_DIR;
  if (own.origin) settings['ledger'] = { ...(settings['ledger'] as object), origin: PRACTICE_ORIGIN };
}

function complete(settings: Settings, folder: string): Config {
  const { practice: _, limits, gate, upstreams, ...rest } = settings;
  return {
    ...rest,
    dataDir: resolve(folder, settings.dataDir),
    detection: {
      ...settings.detection,
      benign: settings.detection.benign.map((path) => resolve(folder, path)),
    },
    gate: { ...gate, workers: gate.workers ?? Math.max(1, availableParallelism() - 1) },
    limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null)) as Limits,
    upstreams: upstreams.map((one): UpstreamConfig => ({ ...one, baseUrl: withoutVersion(one.baseUrl) })),
  };
}

function spellSource(path: string | undefined, named: boolean, settings: Settings): string {
  const file = path ?? 'no portcullis.yaml';
  if (named) return file;
  if (settings.upstreams.length === 0)
    return path === undefined ? `${file}, no API key in the environment` : file;
  return `${file}, upstreams from the environment: ${settings.upstreams.map((one) => one.name).join(', ')}`;
}
