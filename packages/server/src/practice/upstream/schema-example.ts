import { isObject, type JsonObject } from './json.ts';

/** Schemas nested deeper than this get null: a recursive `$ref` must end. */
const depthMax = 12;

/**
 * A value that fits a JSON schema of the kind tools and structured outputs use: type, properties, required, enum, const,
 * items, anyOf/oneOf/allOf (first branch), local `$ref`, minimum, minItems. Other keywords are not looked at.
 */
export function exampleOf(schema: unknown, next: () => number, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > depthMax) return null;
  if (schema['const'] !== undefined) return schema['const'];
  const options = schema['enum'];
  if (Array.isArray(options) && options.length > 0) return options[Math.floor(next() * options.length)];
  const follow = referenced(schema, root);
  if (follow !== undefined) return exampleOf(follow, next, root, depth + 1);
  switch (typeOf(schema)) {
    case 'object':
      return exampleObject(schema, next, root, depth);
    case 'array': {
      const count = Math.min(Math.max(numberOr(schema['minItems'], 1), 1), 8);
      return Array.from({ length: count }, () => exampleOf(schema['items'], next, root, depth + 1));
    }
    case 'integer':
      return Math.ceil(numberOr(schema['minimum'], 0)) + Math.floor(next() * 10);
    case 'number':
      return numberOr(schema['minimum'], 0) + Math.floor(next() * 1000) / 100;
    case 'boolean':
      return next() < 0.5;
    case 'null':
      return null;
    default:
      return `practice-${Math.floor(next() * 10_000)}`;
  }
}

function exampleObject(schema: JsonObject, next: () => number, root: unknown, depth: number): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, exampleOf(property, next, root, depth + 1)]),
  );
}

function referenced(schema: JsonObject, root: unknown): unknown {
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[keyword];
    if (Array.isArray(branches) && branches.length > 0) return branches[0];
  }
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
}

function typeOf(schema: JsonObject): unknown {
  const type: unknown = schema['type'];
  if (Array.isArray(type)) return (type as unknown[])[0];
  return type ?? (isObject(schema['properties']) ? 'object' : 'string');
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
