import { base64, fromBase64, parseNote } from '@portcullis/record';

/** Notes that differ from a sound one in one place each. */
export function tamper(note: string): (readonly [string, string])[] {
  const [text = '', signatures = ''] = note.split('\n\n');
  const [origin = '', size = '', root = ''] = text.split('\n');
  const flipped = root.startsWith('A') ? `B${root.slice(1)}` : `A${root.slice(1)}`;
  return [
    ['another size', note.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`)],
    ['another root', note.replace(root, flipped)],
    ['another origin', note.replace(`${origin}\n`, `${origin}x\n`)],
    ['no signature', `${text}\n\n— stranger.example AAAAAAAA\n`],
    ['an extension line', `${text}\nmore\n\n${signatures}`],
  ];
}

/** The last byte but eight of a signature line changed, so that it still is base64 of the same length. */
function breakLine(line: string): string {
  const [dash, name, encoded] = line.trim().split(' ') as [string, string, string];
  const bytes = fromBase64(encoded);
  const at = bytes.length - 9;
  bytes[at] = (bytes[at] as number) ^ 1;
  return `${dash} ${name} ${base64(bytes)}\n`;
}

/** The note with one of its signature lines broken at a time. */
export function breakLines(note: string): (readonly [string, string])[] {
  const { signatures } = parseNote(note);
  const lines = note.split('\n').slice(-1 - signatures.length, -1);
  return lines.map(
    (line, at) => [`line ${at + 1} broken`, note.replace(`${line}\n`, breakLine(line))] as const,
  );
}
