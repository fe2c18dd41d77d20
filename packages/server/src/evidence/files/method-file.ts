import type { Json } from '@portcullis/record';
import type { ExportEnvironment } from '../evidence-ports.ts';
import type { FoundCase } from '../find-case.ts';
import { pickItem } from './case-file.ts';

/** The statistic with its bound, and what it was computed over. */
const FINDING_FIELDS = [
  'finding',
  'detector',
  'statistic',
  'bound',
  'ledger_size',
  'exchanges',
  'accounts_total',
  'first_time',
  'last_time',
];

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
      : 'Not shown: the finding was made by another detector than the one whose thresholds are configured now, or by another version, or with other thresholds.',
    calibration: null,
    calibrationNote:
      newest?.bound.kind === 'alpha'
        ? 'The benign accounts that the detector was calibrated on are not in this bundle. The bound says how many they were, and the digest of the detector covers what was learnt of them.'
        : 'No calibration record is configured for this detector.',
    knownErrorRates: [],
    testSet: null,
    findings: found.findings.map((item) => pickItem(item, ...FINDING_FIELDS)),
    repeat: {
      command: null,
      note: 'No command repeats the finding from this bundle. The detector is deterministic, and read the content of all accounts up to ledger_size, which only the operator has: who has the ledger and the vault as they were comes to the same finding by feeding the same exchanges, in ledger order, to @portcullis/detection at this version with these thresholds.',
    },
  };
}
