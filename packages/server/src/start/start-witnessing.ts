import type { Config } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { Clock } from '../seams/clock.ts';
import { createWitnessedFiles } from '../witness/witnessed-files.ts';
import { createWitnessing, type Witnessing } from '../witness/witnessing.ts';
import type { Storage } from './open-storage.ts';
import type { RecordFault } from './record-fault.ts';

/**
 * Asks the configured witnesses whenever something was published. With none configured it does nothing.
 * @throws ServerError `ledger-damaged` where the tree is not the one that was witnessed
 */
export function startWitnessing(
  config: Pick<Config, 'dataDir' | 'witnesses' | 'witnessing'>,
  { thread, reader, appender, fs }: Pick<Storage, 'thread' | 'reader' | 'appender' | 'fs'>,
  clock: Clock,
  log: Log,
  recordFault: RecordFault,
): Witnessing {
  const witnessing = createWitnessing({
    witnesses: config.witnesses,
    pace: config.witnessing,
    reader,
    append: (item) => appender.append(item),
    recordAlarm: (detail) => recordFault('witness', detail),
    files: createWitnessedFiles(config.dataDir, fs),
    clock,
    log,
  });
  if (config.witnesses.length === 0) return witnessing;
  const ended = thread.onPublished(() => witnessing.poke());
  witnessing.poke();
  return {
    ...witnessing,
    async stop() {
      ended();
      await witnessing.stop();
    },
  };
}
