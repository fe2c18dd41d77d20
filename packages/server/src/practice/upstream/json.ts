/** What `JSON.parse` gives for `{…}`: fields of unknown type until read. */
export type JsonObject = { [field: string]: unknown };

/** True for `{…}`, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
