import type { SettingSchema } from './setting-shapes.ts';

/** A value that is read from the environment. */
const REFERENCE = '\\$\\{';

/**
 * The schema as an editor gets it: before references are filled in, so that wherever a number, a yes or a pattern is
 * wanted, `${NAME}` may stand.
 */
export function publishedSchema(schema: SettingSchema, title: string): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...allowReferences(schema),
  };
}

function allowReferences(schema: SettingSchema): SettingSchema {
  const types = [schema.type ?? []].flat();
  const inner = {
    ...(schema.properties === undefined ? {} : { properties: mapValues(schema.properties, allowReferences) }),
    ...(schema.items === undefined ? {} : { items: allowReferences(schema.items) }),
  };
  if (types.some((type) => type === 'integer' || type === 'number' || type === 'boolean')) {
    const pattern = schema.pattern === undefined ? REFERENCE : `${schema.pattern}|${REFERENCE}`;
    return { ...schema, ...inner, type: [...new Set([...types, 'string'])], pattern };
  }
  if (schema.enum !== undefined) {
    const { enum: choices, ...rest } = schema;
    return { ...rest, pattern: `^(?:${choices.join('|')})$|${REFERENCE}` };
  }
  if (schema.pattern !== undefined) return { ...schema, pattern: `${schema.pattern}|${REFERENCE}` };
  return { ...schema, ...inner };
}

function mapValues(
  from: Readonly<Record<string, SettingSchema>>,
  change: (schema: SettingSchema) => SettingSchema,
): Record<string, SettingSchema> {
  return Object.fromEntries(Object.entries(from).map(([name, schema]) => [name, change(schema)]));
}
