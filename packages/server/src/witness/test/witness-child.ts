import { systemClock } from '../../seams/clock.ts';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { startWitness } from '../start-witness.ts';
import { WITNESS_NAME } from './witness-world.ts';

// A witness in a process of its own, to be killed. Arguments: the data directory, the log's verifier keys.
const [dataDir = '', ...logs] = process.argv.slice(2);
const witness = await startWitness({
  dataDir,
  fs: nodeFileSystem,
  name: WITNESS_NAME,
  host: '127.0.0.1',
  port: 0,
  logs,
  clock: systemClock,
});
process.stdout.write(`${witness.url}\n`);
