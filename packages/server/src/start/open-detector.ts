import type { Finding, Guarantee } from '@portcullis/detection';
import type { Config } from '../config/config.ts';
import { discardDetectorState } from '../detect/detector-state.ts';
import { findingId, recordFinding } from '../detect/record-finding.ts';
import { type SupervisedDetector, superviseDetector } from '../detect/supervise-detector.ts';
import type { Log } from '../gate/gate-ports.ts';
import { outlastOutages } from '../ledger/outlast-outages.ts';
import { readFinding } from '../projections/findings-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';
import type { RecordFault } from './record-fault.ts';

export type Detection = Pick<SupervisedDetector, 'position' | 'running' | 'stops' | 'guarantee' | 'stop'>;

export type OpenDetectorOptions = {
  readonly config: Config;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly recordFault: RecordFault;
};

/** Starts the detector's thread and records what it finds; undefined where detection is off. */
export function openDetector(options: OpenDetectorOptions): Detection | undefined {
  const { config, storage, log, recordFault } = options;
  if (!config.detection.enabled) {
    discardDetectorState(storage.fs, config.dataDir);
    return undefined;
  }
  let contentLost = false;
  const detector = superviseDetector({
    data: { dataDir: config.dataDir, vault: config.vault, detection: config.detection },
    onFinding: createFindingRecorder(options),
    onGuarantee: createGuaranteeTeller(options),
    onContentLost(index) {
      log('error', 'detector.content_lost', { entry: index });
      if (contentLost) return;
      contentLost = true;
      recordFault(
        'detector',
        `The vault can not give the content of entry ${index}; detection goes on without it and without any like it. Run fsck.`,
      );
    },
    onStopped(reason, isNew) {
      log('error', 'detector.stopped', { reason });
      if (isNew) recordFault('detector', `Detection has stopped, and is started again by itself: ${reason}`);
    },
    onRecovered: (position) => log('warn', 'detector.recovered', { position }),
  });
  storage.thread.onPublished(() => detector.poke());
  return detector;
}

/** A suspension is told loudly, and once a run on the ledger: from then on the calibrated detector names nobody until it is held again. */
function createGuaranteeTeller({ log, recordFault }: OpenDetectorOptions): (guarantee: Guarantee) => void {
  let isRecorded = false;
  return ({ guarantee, reasons }) => {
    if (guarantee === 'held') return log('info', 'detector.guarantee_held');
    log('error', 'detector.guarantee_suspended', { reason: reasons.join(' ') });
    if (isRecorded) return;
    isRecorded = true;
    recordFault('detector', `The guarantee of the calibrated detector is suspended: ${reasons.join(' ')}`);
  };
}

/**
 * Records each finding once, however often a thread that reads again tells it. @returns what resolves when it is on the ledger, or can not be put there, and
 * rejects where the ledger is over: the next start finds it again
 */
function createFindingRecorder({
  storage,
  clock,
  log,
  recordFault,
}: OpenDetectorOptions): (finding: Finding, ledgerSize: number) => Promise<void> {
  const { appender, store, thread } = storage;
  /** On their way, by name. */
  const recording = new Map<string, Promise<void>>();
  const record = async (finding: Finding, ledgerSize: number): Promise<void> => {
    const id = findingId(finding);
    try {
      await outlastOutages(thread, async () => {
        // An outage may have cut off the news of it and not the finding. Its members come first and may come twice; a finding is whole all the same.
        await store.reached(thread.durableSize - 1);
        if (readFinding(store.db, id) === undefined)
          await recordFinding(finding, ledgerSize, appender, clock);
        await store.reached(thread.durableSize - 1);
      });
    } catch (error) {
      const reason = `a finding could not be recorded (${error instanceof Error ? error.name : 'unknown'})`;
      log('error', 'detector.finding_not_recorded', { reason });
      if (thread.outage?.over === true) throw error;
      recordFault('detector', `Detection goes on, but ${reason}.`);
    }
  };
  return (finding, ledgerSize) => {
    const id = findingId(finding);
    const running = recording.get(id) ?? record(finding, ledgerSize).finally(() => recording.delete(id));
    recording.set(id, running);
    return running;
  };
}
