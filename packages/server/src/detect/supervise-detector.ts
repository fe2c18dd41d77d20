import type { Guarantee } from '@portcullis/detection';
import { createBackOff } from '../seams/back-off.ts';
import {
  type DetectorThread,
  type DetectorThreadOptions,
  startDetectorThread,
} from './start-detector-thread.ts';

// Keeps a detector's thread running: where one ends, another goes on from the state that was kept last, or from the ledger's begin. What it finds again
// on the way has the name it had.

/** Detection, over any number of threads. */
export type SupervisedDetector = {
  /** The first ledger index that has not been read. It goes back where a thread starts from an older state. */
  readonly position: number;
  readonly running: boolean;
  /** Of the calibrated detector; undefined where there is none, or it has not read its benign traffic yet. */
  readonly guarantee: Guarantee | undefined;
  /** How often a thread ended unasked. */
  readonly stops: number;
  poke(): void;
  stop(): Promise<void>;
};

export type SuperviseDetectorOptions = Pick<
  DetectorThreadOptions,
  'data' | 'onFinding' | 'onGuarantee' | 'onContentLost'
> & {
  /** Told why a thread ended. @param isNew false where it came no further than the one before it */
  readonly onStopped: (reason: string, isNew: boolean) => void;
  /** Told when one has read beyond the place where the last one ended. */
  readonly onRecovered: (position: number) => void;
};

/** However often it fails, each attempt costs no more than reading again what was not kept; nobody waits for it. */
const PAUSES = { firstMs: 100, maxMs: 60_000 };

export function superviseDetector(options: SuperviseDetectorOptions): SupervisedDetector {
  const { onStopped, onRecovered } = options;
  const backOff = createBackOff(PAUSES);
  let position = 0;
  /** How far any thread has read. */
  let reached = 0;
  let failing = false;
  let guarantee: Guarantee | undefined;
  let stops = 0;
  let timer: NodeJS.Timeout | undefined;
  let thread: DetectorThread | undefined;
  const ended = (reason: string): void => {
    thread = undefined;
    stops += 1;
    onStopped(reason, !failing);
    failing = true;
    timer = setTimeout(open, backOff.next());
  };
  const open = (): void => {
    let told = false;
    const onPosition = (next: number): void => {
      position = next;
      // The first of each thread is where it starts from.
      if (told && next > reached && failing) {
        failing = false;
        backOff.reset();
        onRecovered(next);
      }
      told = true;
      reached = Math.max(reached, next);
    };
    const onGuarantee = (next: Guarantee): void => {
      const isNews = JSON.stringify(next) !== JSON.stringify(guarantee);
      guarantee = next;
      if (isNews) options.onGuarantee(next);
    };
    try {
      thread = startDetectorThread({ ...options, onPosition, onGuarantee, onEnded: ended });
    } catch (error) {
      // As where the system gives no further thread; whoever waits for the gate must not pay for that.
      ended((error as Error).message);
    }
  };
  open();
  return {
    get position() {
      return position;
    },
    get guarantee() {
      return guarantee;
    },
    get running() {
      return thread !== undefined;
    },
    get stops() {
      return stops;
    },
    poke: () => thread?.poke(),
    async stop() {
      clearTimeout(timer);
      await thread?.stop();
    },
  };
}
