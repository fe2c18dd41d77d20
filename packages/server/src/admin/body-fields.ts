import { ServerError } from '../server-error.ts';

export type FieldKind = 'text' | 'number' | 'boolean' | 'texts' | 'accounts' | 'limits';
/** A body's fields: name to kind, with `?` where it may be left out. A field that is not named is refused. */
export type BodyFields = Readonly<Record<string, FieldKind | `${FieldKind}?`>>;

const TEXTS_MAX = 50_000;
const LIMIT_NAMES = ['requestsPerMinute', 'tokensPerMinute', 'tokensPerDay'];

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= TEXTS_MAX && value.every((each) => typeof each === 'string');

const KINDS: Readonly<
  Record<FieldKind, { readonly fits: (value: unknown) => boolean; readonly words: string }>
> = {
  text: { fits: (value) => typeof value === 'string', words: 'text' },
  number: { fits: (value) => Number.isSafeInteger(value), words: 'a whole number' },
  boolean: { fits: (value) => typeof value === 'boolean', words: 'true or false' },
  texts: { fits: isTexts, words: `a list of at most ${TEXTS_MAX} texts` },
  accounts: { fits: (value) => value === 'all' || isTexts(value), words: '"all" or a list of account ids' },
  limits: { fits: isLimits, words: `an object of whole numbers: ${LIMIT_NAMES.join(', ')}` },
};

function isLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, limit]) => LIMIT_NAMES.includes(name) && Number.isSafeInteger(limit) && limit >= 0,
  );
}

/** Checks a parsed body. @throws ServerError `bad-request` naming the field */
export function checkBody(value: unknown, fields: BodyFields): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ServerError('bad-request', 'The body must be a JSON object.');
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    const known = Object.keys(fields).join(', ');
    throw new ServerError(
      'bad-request',
      `The field ${JSON.stringify(name.slice(0, 40))} is not known here; ${known === '' ? 'this call takes none' : `known are ${known}`}.`,
    );
  }
  for (const [name, spelled] of Object.entries(fields)) {
    const optional = spelled.endsWith('?');
    if (given[name] === undefined && optional) continue;
    const kind = KINDS[spelled.replace('?', '') as FieldKind];
    if (!kind.fits(given[name]))
      throw new ServerError('bad-request', `The field ${name} must be ${kind.words}.`);
  }
  return given;
}
