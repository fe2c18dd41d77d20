import { listSettings, spellPath } from '../packages/server/src/config/schema-at.ts';
import type { SettingSchema } from '../packages/server/src/config/setting-shapes.ts';
import { settingsSchema } from '../packages/server/src/config/settings-schema.ts';

/** Every setting of `portcullis.yaml` as a Markdown table, from the schema that also checks them. */
export function settingsTable(): string {
  const rows = listSettings(settingsSchema)
    .filter(({ path, schema }) => hasValue(path, schema))
    .map(({ path, schema }) => {
      const name = spellPath(path).replace('[0]', '[ ]');
      const standard = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
      return `| \`${name}\` | ${standard} | ${spellLimits(schema)} | ${escape(schema.description ?? '')} |`;
    });
  return ['| setting | default | limits | |', '|---|---|---|---|', ...rows].join('\n');
}

/** Sections have no value of their own; `masterKey` is explained as one, thresholds apart. */
function hasValue(path: readonly (string | number)[], schema: SettingSchema): boolean {
  if (path[1] === 'thresholds' || (path[1] === 'masterKey' && path.length > 2)) return false;
  return schema.properties === undefined || schema.maxProperties !== undefined;
}

function spellLimits({ minimum, maximum, enum: choices }: SettingSchema): string {
  if (choices !== undefined) return choices.join(', ');
  return minimum === undefined || maximum === undefined ? '' : `${minimum} … ${maximum}`;
}

const escape = (text: string): string => text.replaceAll('|', '\\|');

/** Thresholds of the detector with their standard values. */
export function thresholdsList(): string {
  const thresholds = settingsSchema.properties?.['detection']?.properties?.['thresholds']?.properties ?? {};
  return Object.entries(thresholds)
    .map(
      ([name, schema]) =>
        `\`${name}\` ${(schema.description ?? '').replace('Standard: ', '').replace(/\.$/, '')}`,
    )
    .join(' · ');
}
