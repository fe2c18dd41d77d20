import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asTyped, createStyle, nextStep, printable, shortTime, table, widthOf, wrap } from './text.ts';

const plain = createStyle(false);

test('tables stand in columns, wide signs and colours counted as a terminal shows them', () => {
  const rows = [
    ['ada', 7],
    ['日本', 12],
  ];
  assert.equal(
    table([{ title: 'name' }, { title: 'n', right: true }], rows, plain),
    'name   n\nada    7\n日本  12',
  );
  assert.equal(widthOf(createStyle(true).bold('ada')), 3);
  assert.equal(plain.bold('ada'), 'ada');
});

test('wrapping loses no word and keeps to the width where words allow it', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 40 }), (words) => {
      const wrapped = wrap(words.join(' '), 20, '  ');
      assert.deepEqual(
        wrapped.split(/\s+/).filter((word) => word !== ''),
        words,
      );
      for (const line of wrapped.split('\n')) assert.ok(line.length <= 20, line);
    }),
  );
  assert.equal(wrap('one two\nthree', 80, '    ', '  • '), '  • one two\n    three');
});

test('text of others can not move the cursor, hide a line or turn the direction of writing', () => {
  assert.equal(printable('a\u001b[2Jb\u202ec\rd\u0007\te\nf'), 'a\ufffd[2Jb\ufffdc\nd\ufffd\te\nf');
  const row = table([{ title: 't' }], [['x\ny\u001b[31m']], plain);
  assert.equal(row, 't\nx y\ufffd[31m');
});

test('times of today are a clock, others have a date', () => {
  const now = new Date(2026, 10, 23, 15, 0, 0).getTime();
  assert.equal(shortTime(new Date(2026, 10, 23, 9, 5, 7).getTime(), now), '09:05:07');
  assert.equal(shortTime(new Date(2026, 10, 22, 9, 5, 7).getTime(), now), '2026-11-22 09:05');
  assert.equal(shortTime(null, now), '–');
});

test('a command to type next stands on a line of its own, in one piece, as it is typed here', () => {
  const io = { program: 'npx portcullis', width: 40 };
  const told =
    'Ask another reviewer to open the evidence and confirm: portcullis case decide case-1 --confirm dec-1 --reasons "…"';
  assert.equal(
    nextStep(told, io, ' --as NAME'),
    'Next: Ask another reviewer to open the\nevidence and confirm:\n  npx portcullis case decide case-1 --confirm dec-1 --reasons "…" --as NAME',
  );
  assert.equal(nextStep('Nothing.', io, ' --as ada'), 'Next: Nothing.');
});

test('commands in a sentence are named as they are typed here, and only commands', () => {
  const io = { program: 'npx portcullis' };
  assert.equal(asTyped('Start one with "portcullis start".', io), 'Start one with "npx portcullis start".');
  assert.equal(asTyped('Run npx portcullis fsck.', io), 'Run npx portcullis fsck.');
  for (const other of ['Another portcullis runs here.', 'Use npx portcullis-verify.', 'a/portcullis start'])
    assert.equal(asTyped(other, io), other);
});
