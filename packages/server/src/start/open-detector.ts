import type { Finding } from '@portcullis/detection';
import { createEntry } from '@portcullis/record';
import type { Config } from '../config/config.ts';
import { discardDetectorState } from '../detect/detector-state.ts';
import { findingId, recordFinding } from '../detect/record-finding.ts';
import { type DetectorThread, startDetectorThread } from '../detect/start-detector-thread.ts';
import type { Log } from '../gate/gate-ports.ts';
import { readFinding } from '../projections/findings-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';

export type Detection = Pick<DetectorThread, 'position' | 'stop'> & {
  /** Records the findings that an outage of the ledger kept from it. */
  catchUp(): void;
};

/** Starts the detector's thread and records what it finds; undefined where detection is off. */
export function openDetector(
  config: Config,
  storage: Storage,
  clock: Clock,
  log: Log,
): Detection | undefined {
  if (!config.detection.enabled) {
    discardDetectorState(storage.fs, config.dataDir);
    return undefined;
  }
  const { appender, store, thread } = storage;
  const waiting: { finding: Finding; ledgerSize: number }[] = [];
  const recordFault = (detail: string): void => {
    const entry = createEntry('fault', clock.now(), { kind: 'detector', detail: detail.slice(0, 600) });
    appender.append({ entry }).catch(() => log('error', 'detector.fault_not_recorded'));
  };
  const failure = (reason: string): void => {
    log('error', 'detector.stopped', { reason });
    recordFault(`Detection has stopped: ${reason}`);
  };
  const record = (finding: Finding, ledgerSize: number): void => {
    if (readFinding(store.db, findingId(finding)) !== undefined) return;
    recordFinding(finding, ledgerSize, appender, clock).catch((error: unknown) => {
      // Its members come first and may come twice; a finding on the ledger is whole all the same.
      if (thread.outage !== undefined || !appender.accepting) waiting.push({ finding, ledgerSize });
      else failure(`a finding could not be recorded (${error instanceof Error ? error.name : 'unknown'})`);
    });
  };
  const detector = startDetectorThread({
    data: { dataDir: config.dataDir, vault: config.vault, detection: config.detection },
    onFinding: record,
    onContentLost(index) {
      log('error', 'detector.content_lost', { entry: index });
      recordFault(
        `The vault can not give the content of entry ${index}; detection goes on without it and without any like it. Run fsck.`,
      );
    },
    onFailed: failure,
  });
  thread.onPublished(() => detector.poke());
  return {
    get position() {
      return detector.position;
    },
    stop: () => detector.stop(),
    catchUp() {
      for (const { finding, ledgerSize } of waiting.splice(0)) record(finding, ledgerSize);
    },
  };
}
