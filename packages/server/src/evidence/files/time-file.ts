import type { Json } from '@portcullis/record';
import type { CaseEntries } from '../write-leaves.ts';

/** `time.json`: where times come from and how far they can be relied on. */
export function timeFile(entries: CaseEntries, createdAt: string): Json {
  const steps = entries.of('fault').filter(({ entry }) => entry.kind === 'clock_step');
  return {
    clock: {
      source: "The system clock of the operator's machine; how it is synchronised is not recorded.",
      steps: { indices: steps.map((item) => item.index), count: steps.length },
    },
    checkpoints:
      'The ML-DSA-44 signature of each checkpoint carries its time in seconds; times of checkpoints never go back.',
    timestamps: [],
    timestampsNote:
      'No time-stamping authority (RFC 3161) is configured, so that no third party vouches for any time here.',
    exportedAt: createdAt,
  };
}
