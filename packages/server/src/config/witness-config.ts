import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ServerError } from '../server-error.ts';
import { writeNewSettings } from './init-config.ts';
import { parseSettings } from './parse-settings.ts';
import { publishedSchema } from './published-schema.ts';
import { type SettingSchema, wholeNumber, words } from './setting-shapes.ts';
import { validateSettings } from './validate-settings.ts';
import { vkeySchema } from './witness-settings.ts';
import { writeTemplate } from './write-template.ts';

/** What `portcullis witness` runs with, after defaults, references and flags were filled in. `witness.yaml` has the same names. */
export type WitnessProgramConfig = {
  /** Undefined where none was set yet; then the data directory has to know it. */
  readonly name?: string;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly logs: readonly string[];
  readonly mlDsa44: boolean;
};

export const WITNESS_CONFIG_FILE = 'witness.yaml';
const SCHEMA_FILE = 'witness.schema.json';

const NAME = /^[^\s+]{1,255}$/;

const witnessNameSchema = words(
  'The name in its cosignatures: a URL without its scheme, such as witness.example.org/one. It can not be changed later.',
  { maxLength: 255, pattern: NAME.source },
);

/** JSON Schema (draft 7) of `witness.yaml`. */
export const witnessProgramSchema: SettingSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: witnessNameSchema,
    dataDir: words(
      'Where its keys and its memory are; a relative path starts in the folder of this file. Never restore an older copy of it.',
      { default: 'portcullis-witness-data', maxLength: 4096 },
    ),
    host: words('Address it listens on.', {
      default: '127.0.0.1',
      maxLength: 255,
      pattern: '^[A-Za-z0-9.:_-]+$',
    }),
    port: wholeNumber('Port it listens on; 0 takes a free one.', {
      default: 8480,
      minimum: 0,
      maximum: 65_535,
    }),
    logs: {
      type: 'array',
      description:
        'Verifier keys of the logs it follows. A key’s name is its log’s origin; a log may have several.',
      default: [],
      maxItems: 1000,
      items: vkeySchema,
    },
    mlDsa44: {
      type: 'boolean',
      description: 'Whether an ML-DSA-44 cosignature (0x06) is given beside the Ed25519 one (0x04).',
      default: true,
    },
  },
};

/** What the command line says in place of the file. */
export type WitnessFlags = {
  readonly config?: string;
  readonly name?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly log?: readonly string[];
};

/**
 * The file that is named, or `witness.yaml` in this folder, or defaults; flags go before both. Logs of flags are added to the file's.
 * @throws ServerError `bad-config` with every wrong setting by name and line
 */
export function loadWitnessConfig(from: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: WitnessFlags;
}): WitnessProgramConfig {
  const { cwd, env, flags } = from;
  const path = resolve(cwd, flags.config ?? WITNESS_CONFIG_FILE);
  const isThere = existsSync(path);
  if (!isThere && flags.config !== undefined)
    throw new ServerError('bad-config', `There is no ${path}. Make one with: portcullis witness init`);
  const parsed = parseSettings(isThere ? readFileSync(path, 'utf8') : '', path, env, witnessProgramSchema);
  validateSettings(parsed, path);
  const settings = parsed.settings as unknown as WitnessProgramConfig;
  const given = { name: flags.name, host: flags.host, port: flags.port };
  return {
    ...settings,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    dataDir:
      flags.data === undefined
        ? resolve(isThere ? dirname(path) : cwd, settings.dataDir)
        : resolve(cwd, flags.data),
    logs: [...new Set([...settings.logs, ...(flags.log ?? [])])],
  };
}

/**
 * Writes a commented `witness.yaml` with this name, and its schema.
 * @throws ServerError `conflict` where one is there already, `bad-config` where the folder can not be written
 */
export function initWitnessConfig(
  folder: string,
  name: string,
): { readonly configFile: string; readonly schemaFile: string } {
  if (!NAME.test(name))
    throw new ServerError(
      'bad-config',
      'A witness name is 1 to 255 characters without spaces and plus signs.',
    );
  const configFile = join(folder, WITNESS_CONFIG_FILE);
  const schemaFile = join(folder, SCHEMA_FILE);
  const template = writeTemplate(witnessProgramSchema, SCHEMA_FILE, 'A witness.', { name });
  writeNewSettings(
    configFile,
    template,
    schemaFile,
    publishedSchema(witnessProgramSchema, WITNESS_CONFIG_FILE),
  );
  return { configFile, schemaFile };
}
