import { createIo } from './io.ts';
import { runCommandLine } from './run-command-line.ts';

const status = await runCommandLine(process.argv.slice(2), createIo(process));

// A command that failed half way may leave threads and sockets behind; the process ends all the same, once its output is out.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
);
process.exit(status);
