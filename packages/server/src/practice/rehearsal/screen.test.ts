import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScreen } from './screen.ts';

/** What a terminal of 80 columns is sent for one line. */
function onTerminal(say: (screen: ReturnType<typeof createScreen>) => string): string {
  let written = '';
  const output = {
    isTTY: true,
    columns: 80,
    write(text: string) {
      written += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const screen = createScreen(output);
  screen.line(say(screen));
  return written;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks of bold text
const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');

test('a bold line breaks between words, and the marks stay where they were', () => {
  const sentence = 'Case case-1 is open. Two people must agree to hold accounts. In another terminal, here:';
  const written = onTerminal((screen) => `${screen.bold(sentence)} and more`);
  assert.deepEqual(plain(written).split('\n'), [
    'Case case-1 is open. Two people must agree to hold accounts. In another',
    'terminal, here: and more',
    '',
  ]);
  if (process.env['NO_COLOR'] === undefined)
    assert.match(written, /^\u001b\[1mCase[^\u001b]*here:\u001b\[22m and more\n$/);
});

test('columns stay aligned, and their last one is wrapped below itself', () => {
  const line = `  pass    checkpoints  Signed by ${'the key that was named, '.repeat(4)}`;
  const rows = onTerminal(() => line)
    .trimEnd()
    .split('\n');
  assert.ok(rows.length > 1 && rows.every((row) => row.length <= 80), rows.join('\n'));
  assert.match(rows[0] ?? '', /^ {2}pass {4}checkpoints {2}Signed by/);
  for (const row of rows.slice(1)) assert.match(row, /^ {23}\S/);
});

test('what is to be typed stays on one line', () => {
  const typed = `  npx portcullis case decide case-1 --measure hold --reasons "${'They divide one list. '.repeat(4)}"`;
  assert.equal(
    onTerminal(() => typed),
    `${typed}\n`,
  );
});
