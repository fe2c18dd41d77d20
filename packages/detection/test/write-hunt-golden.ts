import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { benignLines, trafficLines } from './hunt-traffic.ts';

// Writes `vectors/hunt/`: made-up logs, and what the command says of them. The report changes with the detector; look at the difference.
// Run: node --conditions=portcullis-source packages/detection/test/write-hunt-golden.ts

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'vectors/hunt');
const BIN = join(ROOT, 'packages/server/bin/portcullis.js');

mkdirSync(FOLDER, { recursive: true });
writeFileSync(
  join(FOLDER, 'benign.jsonl.gz'),
  gzipSync(`${benignLines(11, 160).join('\n')}\n`, { level: 9 }),
);
// Every way a line can be broken in a log: cut, another shape, a time in milliseconds.
const lines = trafficLines(12);
lines.splice(
  40,
  0,
  (lines[40] as string).slice(0, 50),
  '{"time":1767225600250,"account":"a","prompt":"p"}',
  '[]',
  '',
);
writeFileSync(join(FOLDER, 'traffic.jsonl'), `${lines.join('\n')}\n`);
const args = [
  'hunt',
  '--traffic',
  'traffic.jsonl',
  '--benign',
  'benign.jsonl.gz',
  '--alpha',
  '0.01',
  '--seed',
  '7',
];
const flags = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning', BIN];
const said = execFileSync(process.execPath, [...flags, ...args, '--json', 'report.json'], { cwd: FOLDER });
writeFileSync(join(FOLDER, 'report.txt'), said);
