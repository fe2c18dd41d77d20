import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { ServerError } from '../server-error.ts';
import { closestName } from './closest-name.ts';
import type { ParsedSettings } from './parse-settings.ts';
import { listSettings, type SettingPath, schemaAt, spellPath } from './schema-at.ts';
import type { SettingSchema } from './setting-shapes.ts';

/** Messages shown at once; a file that is wrong everywhere is not read any better with a hundred. */
const MESSAGES_MAX = 10;

const ajv = new Ajv({ allErrors: true, useDefaults: true, allowUnionTypes: true });
const compiled = new WeakMap<SettingSchema, ValidateFunction>();

function validatorOf(schema: SettingSchema): ValidateFunction {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/**
 * Checks names, types and limits, and fills in defaults, in place.
 * @throws ServerError `bad-config`: a line for each wrong setting, with its name and what was meant or is wanted
 */
export function validateSettings(parsed: ParsedSettings, file: string): void {
  dropEmptyParts(parsed.settings, parsed.schema);
  const validate = validatorOf(parsed.schema);
  if (validate(parsed.settings)) return;
  const errors = validate.errors ?? [];
  const messages = errors.map((error) => {
    const path = readPointer(error.instancePath, parsed.schema);
    const key =
      error.keyword === 'additionalProperties' ? String(error.params['additionalProperty']) : undefined;
    return `${file}:${parsed.lineOf(path, key)}: ${describe(error, path, parsed)}`;
  });
  const shown = [...new Set(messages)].slice(0, MESSAGES_MAX);
  if (shown.length < messages.length) shown.push(`… and ${messages.length - shown.length} more.`);
  throw new ServerError('bad-config', shown.join('\n'));
}

/** A part whose settings are all commented out is null in YAML; it means: all defaults. */
function dropEmptyParts(settings: Record<string, unknown>, schema: SettingSchema): void {
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    if (part.type !== 'object') continue;
    if (settings[name] === null) delete settings[name];
    else if (typeof settings[name] === 'object')
      dropEmptyParts(settings[name] as Record<string, unknown>, part);
  }
}

function readPointer(pointer: string, whole: SettingSchema): SettingPath {
  let schema: SettingSchema | undefined = whole;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const step =
        schema?.items !== undefined ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
      schema = schema === undefined ? undefined : schemaAt(schema, [step]);
      return step;
    });
}

function describe(error: ErrorObject, path: SettingPath, parsed: ParsedSettings): string {
  if (error.keyword === 'additionalProperties') return describeUnknown(error, path, parsed.schema);
  const name = spellPath(path) || 'the file';
  if (error.keyword === 'required') return `${name} needs ${String(error.params['missingProperty'])}.`;
  const shown = showValue(valueAt(parsed.settings, path), path, parsed);
  return `${name} ${wants(error)}${shown}.`;
}

function describeUnknown(error: ErrorObject, path: SettingPath, schema: SettingSchema): string {
  const unknown = String(error.params['additionalProperty']).slice(0, 80);
  const siblings = Object.keys(schemaAt(schema, path)?.properties ?? {});
  const elsewhere = listSettings(schema).filter((setting) => setting.path.at(-1) === unknown);
  const near = closestName(unknown, siblings);
  const meant =
    near !== undefined ? spellPath([...path, near]) : elsewhere.map((found) => spellPath(found.path))[0];
  const hint =
    meant !== undefined
      ? `did you mean ${meant}?`
      : `${spellPath(path) || 'the file'} has ${siblings.join(', ')}.`;
  return `there is no setting ${spellPath([...path, unknown])}; ${hint}`;
}

function wants(error: ErrorObject): string {
  const { params } = error;
  switch (error.keyword) {
    case 'type':
      return `must be ${[params['type']].flat().map(nameType).join(' or ')}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'minimum':
      return `must be at least ${String(params['limit'])}`;
    case 'maximum':
      return `must be at most ${String(params['limit'])}`;
    case 'pattern':
      return `must match ${String(params['pattern'])}`;
    case 'minProperties':
    case 'maxProperties':
      return 'must name exactly one of its settings';
    default:
      return error.message ?? 'is wrong';
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  null: 'null',
  object: 'a part with settings of its own',
  array: 'a list',
};
const nameType = (type: unknown): string => TYPE_NAMES[String(type)] ?? String(type);

/** What stands there, where it is short and can not be a secret. */
function showValue(value: unknown, path: SettingPath, parsed: ParsedSettings): string {
  if (path.includes('apiKey') || path.includes('clientSecret') || parsed.fromEnvironment.has(spellPath(path)))
    return '';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null)
    return `, and is ${String(value)}`;
  return typeof value === 'string' && value.length <= 40 ? `, and is ${JSON.stringify(value)}` : '';
}

function valueAt(settings: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    settings,
  );
}
