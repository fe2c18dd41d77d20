import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileReader, readFolder } from '../../../packages/verify/src/read-folder.ts';
import { VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const STEPS_MAX = 40;
const SECRET = 'outside the bundle';

type Made = { readonly files: Map<string, string>; odd: boolean };

/** Each line makes one thing in the folder: `f`ile, `d`irectory, `h`ard link, `s`ymbolic link; then its path. */
function make(folder: string, outside: string, line: string, made: Made): void {
  const [kind = 'f', ...rest] = line;
  // Every part of the path stays inside: what is tested is the reader, not the maker.
  const path = rest
    .join('')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'))
    .slice(0, 8)
    .join('/');
  if (path === '') return;
  const full = join(folder, path);
  try {
    if (kind === 'd') return void mkdirSync(full, { recursive: true });
    if (kind === 's') symlinkSync(path.length % 2 === 0 ? outside : join(outside, '..'), full);
    else if (kind === 'h') linkSync(outside, full);
    else writeFileSync(full, line, { flag: 'wx' });
  } catch {
    return;
  }
  if (kind === 's') made.odd = true;
  else made.files.set(path, kind === 'h' ? SECRET : line);
}

function judge(folder: string, made: Made): void {
  const read = outcomeOf(VerifyError, () => readFolder(folder));
  if ('value' in read) {
    assert.equal(made.odd, false, 'a link was followed or passed over');
    const contents = [...read.value].map(([path, bytes]) => [path, Buffer.from(bytes).toString()] as const);
    assert.deepEqual(new Map(contents.sort()), new Map([...made.files].sort()));
  }
  const readFile = createFileReader(folder);
  for (const path of [...made.files.keys(), '../outside', 'a/../../outside', 'a', 'tile/0/000']) {
    const one = outcomeOf(VerifyError, () => readFile(path, 1000));
    const text = 'value' in one && one.value !== undefined ? Buffer.from(one.value).toString() : undefined;
    assert.ok(text === undefined || text === made.files.get(path), `${path} was read out of the folder`);
  }
}

function fuzz(input: Buffer): void {
  const scene = mkdtempSync(join(tmpdir(), 'portcullis-fuzz-'));
  try {
    const outside = join(scene, 'outside');
    const folder = join(scene, 'bundle');
    writeFileSync(outside, SECRET);
    mkdirSync(folder);
    const made: Made = { files: new Map(), odd: false };
    for (const line of input.toString('utf8').split('\n').slice(0, STEPS_MAX))
      make(folder, outside, line, made);
    judge(folder, made);
  } finally {
    rmSync(scene, { recursive: true, force: true });
  }
}

export const target: FuzzTarget = {
  name: 'bundle-folder',
  holds: 'A folder is read as what lies in it or refused; nothing outside of it is ever read.',
  seeds: () =>
    texts(
      'dcheckpoints\nfcheckpoints/first\nfmanifest.dsse.json\nfreport.md',
      'da/b/c/d\nfa/b/c/d/e\nfx',
      'sreport.md\nfx',
      'da\nsa/bc\nhx',
      'fa\u00e9\nf-\nf.hidden',
    ),
  words: ['\nf', '\nd', '\ns', '\nh', 'a/', 'tile/0/000'],
  fuzz,
};
