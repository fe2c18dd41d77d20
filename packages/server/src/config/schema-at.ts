import type { SettingSchema } from './setting-shapes.ts';

export type SettingPath = readonly (string | number)[];

/** The schema of the setting at a path, or undefined where there is no such setting. */
export function schemaAt(schema: SettingSchema, path: SettingPath): SettingSchema | undefined {
  let here: SettingSchema | undefined = schema;
  for (const step of path) {
    here = typeof step === 'number' ? here?.items : here?.properties?.[step];
  }
  return here;
}

/** `upstreams[0].apiKey` */
export function spellPath(path: SettingPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** Every setting's path with its schema, sections first; items of a list stand under index 0. */
export function listSettings(
  schema: SettingSchema,
  path: SettingPath = [],
): { readonly path: SettingPath; readonly schema: SettingSchema }[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    listSettings(child, [...path, name]),
  );
  if (schema.items?.properties !== undefined) below.push(...listSettings(schema.items, [...path, 0]));
  return path.length === 0 ? below : [{ path, schema }, ...below];
}
