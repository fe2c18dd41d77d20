import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const VECTORS = join(import.meta.dirname, '../../../vectors');

/** The files of `vectors/` that match, in order of their names. */
export function vectors(...patterns: readonly string[]): Buffer[] {
  const paths = globSync([...patterns], { cwd: VECTORS }).sort();
  if (paths.length === 0) throw new Error(`no vectors match ${patterns.join(', ')}`);
  return paths.map((path) => readFileSync(join(VECTORS, path)));
}

export function texts(...lines: readonly string[]): Buffer[] {
  return lines.map((line) => Buffer.from(line));
}

/** Puts a byte in front: where a target takes its first byte as a choice. */
export function choosing(choice: number, inputs: readonly Uint8Array[]): Buffer[] {
  return inputs.map((input) => Buffer.concat([Uint8Array.of(choice), input]));
}
