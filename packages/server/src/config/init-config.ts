import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError } from '../server-error.ts';
import { CONFIG_FILE_NAME } from './load-config.ts';
import { publishedSchema } from './published-schema.ts';
import { settingsSchema } from './settings-schema.ts';
import { writeTemplate } from './write-template.ts';

export const SCHEMA_FILE_NAME = 'portcullis.schema.json';

/**
 * Writes a commented `portcullis.yaml` and its JSON schema into a folder.
 * @throws ServerError `conflict` where one is there already (nothing is overwritten), `bad-config` where the folder can not be written
 */
export function initConfig(folder: string): { readonly configFile: string; readonly schemaFile: string } {
  const configFile = join(folder, CONFIG_FILE_NAME);
  const schemaFile = join(folder, SCHEMA_FILE_NAME);
  const template = writeTemplate(settingsSchema, SCHEMA_FILE_NAME, 'Portcullis.');
  writeNewSettings(configFile, template, schemaFile, publishedSchema(settingsSchema, CONFIG_FILE_NAME));
  return { configFile, schemaFile };
}

/**
 * Writes a settings file, for its owner alone, and its schema.
 * @throws ServerError `conflict` where the settings file is there already (nothing is overwritten), `bad-config` where the folder can not be written
 */
export function writeNewSettings(
  configFile: string,
  template: string,
  schemaFile: string,
  schema: object,
): void {
  write(configFile, template, { mode: 0o600, flag: 'wx' });
  // The schema is not an operator's work: a newer one takes an older one's place.
  write(schemaFile, `${JSON.stringify(schema, null, 2)}\n`, { mode: 0o644, flag: 'w' });
}

function write(path: string, text: string, options: { readonly mode: number; readonly flag: string }): void {
  try {
    writeFileSync(path, text, options);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'an error';
    if (code === 'EEXIST') {
      throw new ServerError(
        'conflict',
        `${path} is there already; move it away first, nothing was overwritten.`,
        { cause },
      );
    }
    throw new ServerError('bad-config', `${path} can not be written (${code}); check the folder.`, { cause });
  }
}
