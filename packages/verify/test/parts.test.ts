import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { canonicalText, type Json, formatVerifierKey } from '@portcullis/record';
import fc from 'fast-check';
import { sameJson } from '../src/fields.ts';
import { readPublicKey } from '../src/public-key.ts';
import { openCheckpoint } from '../src/signed-note.ts';
import { readCanonical, readJson } from '../src/strict-json.ts';
import { checkGrowth, createGrowingTree, rootFromInclusion } from '../src/tree.ts';
import { VerifyError } from '../src/verify-error.ts';
import { ED_VKEY, ML_VKEY, TRUST, W1, W2 } from './bundle-writer.ts';
import { trustOf } from './trusts.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const ORACLES = resolve(import.meta.dirname, '../../../../shared/oracles');

function oracle(folder: string): { skip: string | false } {
  if (existsSync(join(ORACLES, folder))) return { skip: false };
  const reason = `NOT CHECKED: the published vectors shared/oracles/${folder} are not beside this repository`;
  console.log(reason);
  return { skip: reason };
}

test('canonical JSON: what the writer spells is read; any other spelling is refused', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = canonicalText(value as Json);
      assert.ok(sameJson(readCanonical(bytes(text), 'x'), JSON.parse(text)));
      const spaced = JSON.stringify(value, null, 1);
      assert.ok(sameJson(readJson(bytes(spaced), 'x'), JSON.parse(spaced)));
      if (spaced !== text) assert.throws(() => readCanonical(bytes(spaced), 'x'), VerifyError);
    }),
    { numRuns: 500 },
  );
});

test('a changed byte of canonical JSON is read as the writer would spell it, or refused', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (value, at, flip) => {
        const changed = bytes(canonicalText(value as Json));
        changed[at % changed.length] = (changed[at % changed.length] as number) ^ flip;
        try {
          const read = readCanonical(changed, 'x');
          assert.deepEqual(bytes(canonicalText(read as Json)), changed);
        } catch (error) {
          assert.ok(error instanceof VerifyError, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('JSON that is refused', () => {
  const never = [
    '',
    ' ',
    '{',
    '[',
    '"',
    '{"a"}',
    '{"a":}',
    '[1,]',
    '{"a":1,}',
    '{"a":1,"a":2}',
    '01',
    '1.',
    '.5',
    '+1',
    '1e999',
    'tru',
    'nul',
    'NaN',
    '"\\ud800"',
    '"\\x"',
    '"a\nb"',
    '[1 2]',
    '{"a":1}x',
    '\ufeff{}',
    '['.repeat(30) + ']'.repeat(30),
  ];
  for (const text of never) assert.throws(() => readJson(bytes(text), 'x'), VerifyError, text);
  for (const text of [
    ...never,
    '[1, 2]',
    '{"b":1,"a":2}',
    '1.0',
    '1E3',
    '-0',
    '1e3',
    '"\\u0041"',
    '"\\/"',
    '{}\n',
  ])
    assert.throws(() => readCanonical(bytes(text), 'x'), VerifyError, text);
  assert.throws(() => readJson(Uint8Array.of(0x22, 0xff, 0x22), 'x'), /not UTF-8/);
  const hidden = readJson(bytes('{"__proto__":{"a":1}}'), 'x') as Record<string, unknown>;
  assert.ok(Object.hasOwn(hidden, '__proto__') && hidden.a === undefined);
});

type Case = Record<string, string | string[] | boolean | null>;

function cases(folder: string): { path: string; value: Case }[] {
  return readdirSync(join(ORACLES, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({
      path,
      value: JSON.parse(readFileSync(join(ORACLES, folder, path), 'utf8').replaceAll(/": (\d+)/g, '": "$1"')),
    }));
}

const raw = (text: unknown) => Buffer.from((text as string | null) ?? '', 'base64');
const proofOf = (value: unknown) => ((value as string[] | null) ?? []).map(raw);

function accepts(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    assert.ok(error instanceof VerifyError);
    return false;
  }
}

test('Merkle: the published cases, by code that shares nothing with the writer', oracle('merkle'), () => {
  // Sizes beyond 2^53 are refused before this code (a checkpoint can not state them), so those cases are too.
  const isSafe = (text: unknown) => Number.isSafeInteger(Number(text));
  const misses: string[] = [];
  for (const { path, value: v } of cases('merkle/inclusion')) {
    const verdict = accepts(
      () =>
        isSafe(v.leafIdx) &&
        isSafe(v.treeSize) &&
        Buffer.compare(
          rootFromInclusion(Number(v.leafIdx), Number(v.treeSize), raw(v.leafHash), proofOf(v.proof)),
          raw(v.root),
        ) === 0,
    );
    if (verdict === v.wantErr) misses.push(path);
  }
  for (const { path, value: v } of cases('merkle/consistency')) {
    const verdict = accepts(() => {
      if (!isSafe(v.size1) || !isSafe(v.size2)) return false;
      checkGrowth(Number(v.size1), Number(v.size2), proofOf(v.proof), raw(v.root1), raw(v.root2));
      return true;
    });
    if (verdict === v.wantErr) misses.push(path);
  }
  // A leaf and a root of no bytes: hashes are refused by length where they are read, before this code.
  assert.deepEqual(misses, ['single-entry/empty-root-and-leaf.json']);
});

test('a growing tree refuses peaks that do not fit', () => {
  assert.throws(() => createGrowingTree(3, [raw('')]), VerifyError);
  assert.throws(() => createGrowingTree(2, [raw(''), raw('')]), VerifyError);
  assert.throws(() => createGrowingTree(0, [raw('')]), VerifyError);
});

type Group = {
  publicKey: string | { pk: string };
  tests: { tcId: number; msg: string; sig: string; result: string; ctx?: string }[];
};

test('signatures: Wycheproof through readPublicKey', oracle('wycheproof'), () => {
  const judge = (file: string, type: 1 | 6): number => {
    const { testGroups } = JSON.parse(
      gunzipSync(readFileSync(join(ORACLES, 'wycheproof', file))).toString(),
    ) as { testGroups: Group[] };
    let count = 0;
    for (const { publicKey, tests } of testGroups) {
      const material = Buffer.from(typeof publicKey === 'string' ? publicKey : publicKey.pk, 'hex');
      for (const { tcId, msg, sig, result, ctx } of tests) {
        if (ctx !== undefined && ctx !== '') continue; // contexts are not used in notes
        const verdict = accepts(() =>
          readPublicKey(formatVerifierKey('w', type, material)).signs(
            Buffer.from(msg, 'hex'),
            Buffer.from(sig, 'hex'),
          ),
        );
        assert.equal(verdict, result === 'valid', `${file} ${tcId}`);
        count += 1;
      }
    }
    return count;
  };
  assert.equal(judge('ed25519_test.json.gz', 1), 151);
  assert.ok(judge('mldsa_44_verify_test.json.gz', 6) > 100);
});

test('a checkpoint signed by another program with ML-DSA-44 opens', () => {
  const folder = join(import.meta.dirname, '../../../vectors/c2sp');
  const key = readPublicKey(readFileSync(join(folder, 'mldsa-checkpoint.vkey'), 'utf8').trim());
  const note = readFileSync(join(folder, 'mldsa-checkpoint.txt'));
  assert.equal(openCheckpoint(note, [key], 'it').signers.length, 1);
  assert.throws(
    () => openCheckpoint(Buffer.from(note.toString().replace('\n1\n', '\n2\n')), [key], 'it'),
    /does not verify/,
  );
});

test('a trust file is a tlog-policy; what is wrong in one is said with its line', () => {
  const w = `witness one ${W1.vkey}\nwitness two ${W2.vkey}\n`;
  const wrong: [string, RegExp][] = [
    ['', /no quorum line/],
    [`log ${ED_VKEY}\n`, /no quorum line/],
    ['quorum none\nquorum none\n', /Line 2: there are two/],
    ['quorum gone\n', /Line 1: .*not defined/],
    ['log\nquorum none\n', /a log line is/],
    ['log x\nquorum none\n', /not a verifier key/],
    [`log ${ED_VKEY.replace('+A', '+B')}\nquorum none\n`, /unknown type|key ID/],
    [`log ${ED_VKEY.replace('verify+', 'other+')}\nquorum none\n`, /does not match its own key ID/],
    [`log ${W1.vkey}\nquorum none\n`, /type 0x01 or 0x06/],
    [`witness one ${ED_VKEY}\nquorum one\n`, /type 0x04 or 0x06/],
    [`log ${ED_VKEY}\nlog ${ED_VKEY}\nquorum none\n`, /stands twice/],
    [`log ${ML_VKEY}\nwitness one ${ML_VKEY}\nquorum one\n`, /stands twice/],
    [`${w}group g 3 one two\nquorum g\n`, /no threshold/],
    [`${w}group g 0 one two\nquorum g\n`, /no threshold/],
    [`${w}group g 1e0 one two\nquorum g\n`, /no threshold/],
    [`${w}group g any one one\nquorum g\n`, /member twice/],
    [`${w}group g any one\ngroup h any one\nquorum g\n`, /member twice/],
    [`${w}group g any g\nquorum g\n`, /not defined before/],
    [`${w}group one any two\nquorum one\n`, /is taken/],
    [`${w}group none any two\nquorum none\n`, /is taken/],
    [`${w}group g all\nquorum g\n`, /a group line is/],
    ['hello\nquorum none\n', /not a line of a policy/],
    ['quorum\u0007 none\n', /control character/],
    ['#\n'.repeat(1001), /more than 1000 lines/],
  ];
  for (const [text, like] of wrong)
    assert.throws(
      () => trustOf(text),
      (error: VerifyError) => error.code === 'bad-trust' && like.test(error.message),
      text.slice(0, 80),
    );
  const policy = trustOf(
    `# a comment\n \t log\t${ED_VKEY} https://ledger.example/\n\n${w}group g 2 one two\n  # more\nquorum g\n`,
  );
  assert.equal(policy.logs.length, 1);
  assert.ok(
    policy.quorum !== 'none' && policy.quorum(policy.witnesses) && !policy.quorum(policy.witnesses.slice(1)),
  );
  assert.equal(trustOf(TRUST).quorum, 'none');
});

test('the verifier imports no sibling package and nothing that reaches the network or writes', () => {
  const folder = join(import.meta.dirname, '../src');
  const allowed = /^(\.|node:(crypto|fs|path|util)$|@noble\/post-quantum\/)/;
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const source = readFileSync(join(folder, path), 'utf8');
    for (const [, name] of source.matchAll(/from '([^']+)'/g)) assert.match(name as string, allowed, path);
    assert.doesNotMatch(source, /writeFile|createWriteStream|mkdir|rename|unlink|\bfetch\(|import\(/, path);
  }
});

test('malformed notes are refused for what is wrong with them', () => {
  const root = Buffer.alloc(32).toString('base64');
  const text = `log.example\n3\n${root}\n`;
  const line = `— log.example ${Buffer.alloc(68).toString('base64')}\n`;
  const wrong: [string, RegExp][] = [
    ['', /not a signed note/],
    [text, /not a signed note/],
    [`${text}\n`, /not a signed note/],
    [`${text}\n${line.trimEnd()}`, /not a signed note/],
    [`${text.replace('log', 'l\tog')}\n${line}`, /control character/],
    [`${text}\n${line.replace('—', '-')}`, /malformed signature line/],
    [`${text}\n${line.replace('\n', ' \n')}`, /malformed signature line/],
    [`${text}\n${line}\u2014\n`, /malformed signature line/],
    [`${text}\n— log.example AAAA\n`, /too short/],
    [`${text}\n— log.example AAAAAAAAAB==\n`, /canonical base64/],
    [`${text}\n${line.repeat(101)}`, /more than 100 signatures/],
    [`${text}more\n\n${line}`, /three lines/],
    [`log.example\n03\n${root}\n\n${line}`, /no valid size/],
    [`log.example\n9007199254740993\n${root}\n\n${line}`, /no valid size/],
    [`log.example\n3\nAAAA\n\n${line}`, /32 bytes/],
    ['x'.repeat(1024 * 1024 + 1), /larger than/],
  ];
  for (const [note, like] of wrong)
    assert.throws(() => openCheckpoint(bytes(note), [], 'it'), like, note.slice(0, 60));
  assert.equal(openCheckpoint(bytes(`${text}\n${line}`), [], 'it').signers.length, 0);
});

test('an inner node can not pass for a leaf of the tree', () => {
  const node = Buffer.alloc(32, 1);
  assert.throws(() => rootFromInclusion(0, 4, node, [node]), /too short/);
  assert.throws(() => rootFromInclusion(0, 1, node, [node]), /too long/);
  assert.throws(() => rootFromInclusion(4, 4, node, [node, node]), /outside/);
});
