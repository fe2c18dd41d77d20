import { readFileSync } from 'node:fs';
import { runCommand } from './command-line.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const { exitCode, stdout, stderr } = runCommand(process.argv.slice(2), version);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
