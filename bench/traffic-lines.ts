/**
 * How many lines of exported traffic a second one core reads, before any detection: from memory, from a file, from a gzip file.
 * By hand: `node --conditions=portcullis-source bench/traffic-lines.ts [lines]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseTrafficLine } from '@portcullis/detection';
import { trafficLines } from '../packages/detection/test/hunt-traffic.ts';
import { feedHunt } from '../packages/server/src/hunt/feed-hunt.ts';
import { findHuntFiles } from '../packages/server/src/hunt/hunt-files.ts';

const count = Number(process.argv[2] ?? 300_000);
const made = trafficLines(1);
const lines = Array.from({ length: count }, (_, i) => made[i % made.length] as string);
const text = `${lines.join('\n')}\n`;
const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));

/** User and system time of all threads: unpacking runs on another. */
async function measure(name: string, read: () => unknown): Promise<void> {
  const before = process.cpuUsage();
  const started = performance.now();
  await read();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const perCore = Math.round(count / ((user + system) / 1e6));
  console.log(`${name.padEnd(12)} ${Math.round(count / seconds)} lines/s, ${perCore} a core-second`);
}

function readFiles(name: string): Promise<unknown> {
  const files = findHuntFiles({ traffic: [name], benign: [] }, folder);
  const ignore = (): void => {};
  return feedHunt({ observeBenign: ignore, observeTraffic: ignore }, files, ignore);
}

try {
  writeFileSync(join(folder, 'plain'), text);
  writeFileSync(join(folder, 'packed'), gzipSync(text));
  console.log(`${count} lines of ${Math.round(Buffer.byteLength(text) / count)} bytes`);
  await measure('parse alone', () => lines.forEach((line, at) => void parseTrafficLine(line, at)));
  await measure('file', () => readFiles('plain'));
  await measure('gzip file', () => readFiles('packed'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
