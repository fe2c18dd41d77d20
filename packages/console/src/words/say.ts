import { EN } from './en.ts';

/** A text, or one for each plural form of its value `count`. Values stand in braces. */
export type Message = string | { readonly one: string; readonly other: string };
export type WordKey = keyof typeof EN;
export type Values = Readonly<Record<string, string | number>>;

/** The language of all texts; another one is another catalogue with the same keys. */
export const LANGUAGE = 'en';
const messages: Readonly<Record<WordKey, Message>> = EN;
const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 4 });

/** The text of a key, with its values filled in. */
export function say(key: WordKey, values: Values = {}): string {
  const message = messages[key];
  const count = values['count'];
  const form =
    typeof message === 'string'
      ? message
      : message[typeof count === 'number' && plurals.select(count) === 'one' ? 'one' : 'other'];
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** Whether there is a text of a name that comes from outside, such as an entry's type. */
export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(EN, key);
}

/** The text for a name that comes from outside; the name itself where a newer server says something that is not known here. */
export function sayName(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return isWordKey(key) ? say(key) : name;
}
