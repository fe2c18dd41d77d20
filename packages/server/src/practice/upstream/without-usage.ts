import { isObject, type JsonObject } from './json.ts';

/** A copy without `usage`, at the top and in the `message` or `response` an event carries. */
export function withoutUsage(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => name !== 'usage')
      .map(([name, value]) => {
        return [
          name,
          (name === 'message' || name === 'response') && isObject(value) ? withoutUsage(value) : value,
        ];
      }),
  );
}
