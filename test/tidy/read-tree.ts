import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSources } from './parse-sources.ts';
import { isCode, type Tree } from './problem.ts';

const PATTERNS = [
  '*.{md,json}',
  '{LICENSE,NOTICE}',
  'packages/*/{LICENSE,NOTICE}',
  '.ci/*',
  '.oxlintrc.json',
  '{docs,scripts,test,bench}/**/*.{ts,js,mjs,json,md,sh}',
  'packages/*/*.{md,json}',
  'packages/*/{src,test,bin}/**/*.{ts,tsx,js,mjs,json,md,css}',
  'packages/*/{vite.config.ts,index.html}',
  'vectors/entries/*',
];

/** Every text that people write, of the checkout at `root`. */
export function readTree(root: string): Tree {
  const exclude = (path: string): boolean => /(?:^|[\\/])(?:node_modules|dist|\.git)(?:[\\/]|$)/.test(path);
  const paths = globSync(PATTERNS, { cwd: root, exclude });
  return makeTree(
    new Map(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')])),
  );
}

export function makeTree(texts: ReadonlyMap<string, string>): Tree {
  const code = new Map([...texts].filter(([path]) => isCode(path)));
  return { texts, sources: code.size === 0 ? new Map() : parseSources(code) };
}
