import { settingsTable, thresholdsList } from './settings-table.ts';

/** Parts of the documentation that are written by a program, by their name; each stands between two comments. */
const PARTS: Readonly<Record<string, () => string>> = { settings: settingsTable, thresholds: thresholdsList };

/** The text with its generated parts renewed. */
export function renewParts(text: string): string {
  return Object.entries(PARTS).reduce(
    (renewed, [name, write]) =>
      renewed.replace(
        new RegExp(`(<!-- ${name}: npm run docs -->\\n)[^]*?(<!-- /${name} -->)`),
        (_, open: string, close: string) => `${open}${write()}\n${close}`,
      ),
    text,
  );
}
