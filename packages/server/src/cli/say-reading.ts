import type { HuntReading, SideReading } from '../hunt/feed-hunt.ts';
import type { FileReading } from '../hunt/traffic-cursor.ts';
import type { Io } from './io.ts';
import { count, printable, wrap } from './text.ts';

const BROKEN_SHOWN_MAX = 10;
const FILES_SHOWN_MAX = 10;

/** What was read, and what could not be. */
export function sayReading(reading: HuntReading, io: Io): void {
  io.say(io.style.bold('Read'));
  saySide('benign', reading.benign, io);
  saySide('traffic', reading.traffic, io);
  const files = [...reading.benign.files, ...reading.traffic.files];
  sayBroken(files, io);
  sayEach(files, (file) => file.cutShort !== undefined, sayCutShort, io);
  sayEach(files, (file) => file.lines.outOfOrder > 0, sayOutOfOrder, io);
  sayEach(files, (file) => file.lines.lines === file.lines.blank, sayEmpty, io);
  const both = [...reading.traffic.accounts].filter((account) => reading.benign.accounts.has(account)).length;
  if (both > 0)
    say(
      `${count(both, 'account')} of the traffic ${both === 1 ? 'stands' : 'stand'} in the benign files too: what is held to be benign is judged against itself there.`,
      io,
    );
}

function saySide(name: string, { files, accounts }: SideReading, io: Io): void {
  const exchanges = files.reduce((sum, { lines }) => sum + lines.exchanges, 0);
  io.say(
    `  ${name.padEnd(8)} ${count(exchanges, 'exchange')} of ${count(accounts.size, 'account')} in ${count(files.length, 'file')}`,
  );
}

function say(sentence: string, io: Io): void {
  io.say(wrap(sentence, io.width, '    ', '  '));
}

const nameOf = ({ file }: FileReading): string => (file.path === undefined ? 'standard input' : file.given);

function sayBroken(files: readonly FileReading[], io: Io): void {
  const broken = files.filter((file) => file.lines.broken > 0);
  if (broken.length === 0) return;
  const total = broken.reduce((sum, file) => sum + file.lines.broken, 0);
  const lines = files.reduce((sum, file) => sum + file.lines.lines, 0);
  say(`${count(total, 'broken line')} of ${lines} passed over, in ${count(broken.length, 'file')}:`, io);
  const reasons = new Map<string, number>();
  for (const file of broken) {
    for (const [reason, n] of file.lines.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + n);
  }
  for (const [reason, n] of [...reasons].sort(([, a], [, b]) => b - a)) io.say(`    ${n} × ${reason}`);
  const first = broken.flatMap((file) =>
    file.lines.firstBroken.map((each) => ({ ...each, name: nameOf(file) })),
  );
  for (const { name, line, reason } of first.slice(0, BROKEN_SHOWN_MAX))
    io.say(`      ${printable(name)}:${line}: ${reason}`);
  if (total > BROKEN_SHOWN_MAX) io.say(`      … and ${total - BROKEN_SHOWN_MAX} more`);
}

function sayEach(
  files: readonly FileReading[],
  which: (file: FileReading) => boolean,
  spell: (file: FileReading) => string,
  io: Io,
): void {
  const some = files.filter(which);
  for (const file of some.slice(0, FILES_SHOWN_MAX)) say(spell(file), io);
  if (some.length > FILES_SHOWN_MAX)
    say(`… and the same of ${count(some.length - FILES_SHOWN_MAX, 'more file', 'more files')}.`, io);
}

const sayCutShort = (file: FileReading): string =>
  `${nameOf(file)} was not read to its end: ${file.cutShort}. Its ${count(file.lines.lines, 'line')} before that count.`;

const sayOutOfOrder = (file: FileReading): string =>
  `${nameOf(file)} is not in the order of time: ${count(file.lines.outOfOrder, 'exchange')} of ${file.lines.exchanges} ${file.lines.outOfOrder === 1 ? 'lies' : 'lie'} before the one above. They were taken as they came; sort the file for a sound result.`;

const sayEmpty = (file: FileReading): string => `${nameOf(file)} holds no line.`;
