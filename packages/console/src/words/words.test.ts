import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'vite';
import { EN } from './en.ts';
import { say } from './say.ts';

// Every text that is shown stands in the catalogue, so that another language is another catalogue.

const FOLDER = join(import.meta.dirname, '..');
/** Attributes that are read to people. */
const SPOKEN = new Set([
  'aria-label',
  'title',
  'label',
  'placeholder',
  'alt',
  'note',
  'help',
  'empty',
  'words',
  'lead',
]);
const LETTERS = /\p{L}{2,}/u;

type Node = { readonly type?: string; readonly [field: string]: unknown };

/** Texts in the markup of a file that do not come from the catalogue. */
function textsIn(path: string, source: string): string[] {
  const { program } = parseSync(path, source);
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return undefined;
    const node = value as Node;
    if (node.type === 'JSXText' && LETTERS.test(String(node['value'])))
      found.push(String(node['value']).trim());
    if (node.type === 'JSXAttribute' && SPOKEN.has(nameOf(node))) found.push(...literalsIn(node['value']));
    return Object.values(node).forEach(visit);
  };
  visit(program);
  return found;
}

const nameOf = (node: Node): string => String((node['name'] as Node)['name']);

/** Literal texts of an attribute, but for those that are keys of the catalogue or names of classes. */
function literalsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Node;
  if (node.type === 'CallExpression') return [];
  if (node.type === 'Literal' || node.type === 'TemplateElement') {
    const text = String(
      node['value'] instanceof Object ? (node['value'] as { cooked?: string }).cooked : node['value'],
    );
    return LETTERS.test(text) ? [text] : [];
  }
  return Object.values(node).flatMap((each) =>
    Array.isArray(each) ? each.flatMap(literalsIn) : literalsIn(each),
  );
}

test('no text that is shown stands outside the catalogue', () => {
  const files = globSync('**/*.tsx', { cwd: FOLDER });
  assert.ok(files.length > 40);
  const found = files.flatMap((name) =>
    textsIn(name, readFileSync(join(FOLDER, name), 'utf8')).map((text) => `${name}: ${text}`),
  );
  assert.deepEqual(found, []);
});

test('it bites: text in the markup and in what is read to people is found', () => {
  const source = `const a = <p title="Some words" className="no words">Hello there {say('nav.label')}</p>;`;
  assert.deepEqual(textsIn('a.tsx', source), ['Some words', 'Hello there']);
});

test('every text of the catalogue is used, and each value that it asks for is a word', () => {
  const sources = globSync('**/*.{ts,tsx}', { cwd: FOLDER })
    .filter((name) => !name.startsWith('words/en'))
    .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
    .join('\n');
  /** Keys that are put together: their beginnings. */
  const built = [...sources.matchAll(/(?:say\(`|sayName\('|isWordKey\(`|=> `)([A-Za-z]+)(?:\.|')/g)].map(
    (match) => match[1],
  );
  const unused = Object.keys(EN).filter(
    (key) => !sources.includes(`'${key}'`) && !built.includes(key.split('.')[0] ?? ''),
  );
  assert.deepEqual(unused, []);
  assert.equal(say('case.accounts', { count: 1 }), '1 account');
  assert.equal(say('case.accounts', { count: 25_000 }), '25,000 accounts');
});
