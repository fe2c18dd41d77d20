import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editMembers } from '../edit-members.ts';

const edit = (text: string, edits: Record<string, string | null>): string =>
  editMembers(Buffer.from(text), new Map(Object.entries(edits))).toString();

/** A key spelt with escapes that no writer would choose. */
const escaped = (key: string): string =>
  `"${Array.from({ length: key.length }, (_, i) => `\\u${key.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;

describe('members of a JSON object', () => {
  it('are cut at every place, and the rest stays as it came, byte by byte', () => {
    const text = ' {\n "a" : 12345678901234567890 ,"b":[1,{"n":2}] , "c":"x,}\\"" }\n';
    assert.equal(edit(text, { a: null }), ' {"b":[1,{"n":2}] , "c":"x,}\\"" }\n');
    assert.equal(edit(text, { b: null }), ' {\n "a" : 12345678901234567890 , "c":"x,}\\"" }\n');
    assert.equal(edit(text, { c: null }), ' {\n "a" : 12345678901234567890 ,"b":[1,{"n":2}] }\n');
    assert.equal(edit(text, { a: null, b: null, c: null }), ' {}\n');
    assert.equal(edit(text, { b: '[]' }), ' {\n "a" : 12345678901234567890 ,"b":[], "c":"x,}\\"" }\n');
    assert.equal(edit(text, { n: null, x: '1' }), text);
    assert.equal(edit('{"\\u006e":3,"seed":1.0e2}', { n: null }), '{"seed":1.0e2}');
    assert.equal(edit('{}', { n: null }), '{}');
  });

  it('are found as a parser finds them, however keys, values and white space are written', () => {
    const space = fc.constantFrom('', ' ', '\n\t', '\r\n');
    const member = fc.record({
      key: fc.oneof(fc.constantFrom('n', 'logprobs', '__proto__', ''), fc.string({ unit: 'binary-ascii' })),
      odd: fc.boolean(),
      value: fc.jsonValue(),
      spaces: fc.tuple(space, space, space, space),
    });
    const members = fc.uniqueArray(member, { selector: ({ key }) => key, maxLength: 6 });
    fc.assert(
      fc.property(members, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (list, cuts) => {
        const written = list.map(({ key, odd, value, spaces: [a, b, c, d] }) => {
          const name = odd ? escaped(key) : JSON.stringify(key);
          return `${a}${name}${b}:${c}${JSON.stringify(value)}${d}`;
        });
        const cut = new Map(list.filter((_, i) => cuts[i]).map(({ key }) => [key, null]));
        const edited = editMembers(Buffer.from(`{${written.join()}}`), cut).toString();
        assert.equal(edited, `{${written.filter((_, i) => !cuts[i]).join()}}`);
      }),
    );
  });
});
