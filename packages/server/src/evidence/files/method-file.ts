import type { Json } from '@portcullis/record';
import type { ExportEnvironment } from '../evidence-ports.ts';
import type { FoundCase } from '../find-case.ts';

/** `method.json`: by which method the findings were made, and how far it is known to be wrong. */
export function methodFile(found: FoundCase, environment: ExportEnvironment): Json {
  const newest = found.findings.at(-1)?.entry;
  const { detector } = environment;
  const isSame = newest?.detector.digest === detector.digest;
  return {
    detector: { ...newest?.detector } as Json,
    thresholds: isSame ? detector.thresholds : null,
    thresholdsNote: isSame
      ? 'Those in force when the finding was made: the digest of the detector covers its name, version and thresholds.'
      : 'Not shown: the detector that runs now is another version or has other thresholds than the one that made the finding.',
    calibration: null,
    calibrationNote: 'No calibration record is configured for this detector.',
    knownErrorRates: [],
    testSet: null,
    findings: found.findings.map(({ index, entry }) => ({
      entry: index,
      finding: entry.finding,
      statistic: entry.statistic,
      bound: entry.bound as Json,
      inputs: {
        ledgerSize: entry.ledger_size,
        exchanges: entry.exchanges,
        accounts: entry.accounts_total,
        firstTime: entry.first_time,
        lastTime: entry.last_time,
      },
    })),
    repeat: {
      command: `node bench/detection.ts`,
      note: 'The detector is deterministic. Repeating the finding itself needs the content of the exchanges that it read, which only the operator has: feed the same entries in ledger order to @portcullis/detection at this version with these thresholds.',
    },
  };
}
