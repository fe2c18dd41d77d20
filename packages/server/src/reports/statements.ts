import type { ReportUnit } from './plan-noise.ts';

// Sentences of the disclosure. They say what the code does; whoever changes one changes the other.

export const UNIT_MEANINGS: Readonly<Record<ReportUnit, string>> = {
  'account-month': 'Everything that is counted of one account in one calendar month, in UTC.',
  account: 'Everything that is counted of one account in the whole period.',
};

export const ADJACENCY_MEANING =
  'Two ledgers are neighbours where what is counted of one unit is in one of them and not in the other.';

export const MECHANISM =
  'Discrete Gaussian noise on whole numbers (Canonne, Kamath and Steinke 2020), drawn anew for every value. Values are published as drawn: they may be negative, and parts need not add up.';

export const compositionOf = (unit: ReportUnit, tableCount: number): readonly string[] => [
  `Within the report: the ${tableCount} tables have equal shares, which add up as zero-concentrated losses.`,
  unit === 'account-month'
    ? 'Over months: a unit lies in one month, so that the months of a report do not add up for it. For an account in all of them they do.'
    : 'Over months: a unit lies in all of them, and their losses add up within the report.',
  'Over reports: epsilon and delta of all reports that touch a month are added, whatever they were.',
];

export const BOUNDING =
  'Before noise, each account’s counts of a month are cut to the bound of their kind where it has one of its own, and scaled down together, rounded down, where they are over the table’s bound. Bounds come from the settings, not from the data.';

export const UNPROTECTED: readonly string[] = [
  'That there is a report, its period, tables, kinds and bounds, and what it cost.',
  'What one account’s traffic led detectors to find and people to decide about other accounts, and what was counted of the account itself in another month because of it: a neighbouring ledger lacks what is counted of a unit, not what it caused.',
  'A person or firm that has several accounts: each is protected by itself.',
  'The ledger itself, its size and the times of its entries, to whoever is shown them; evidence bundles; answers of the admin API.',
  'Synthetic accounts of a case with a known answer count until the answer was told, and not after.',
  'Requests without a known account, erasure by age, and exchanges that a crash cut off are not counted at all.',
];

export const RESET_PERIOD =
  'One calendar month of data, in UTC. Every month has a budget of its own for all reports that touch it; it is not renewed, and what was spent does not come back.';

export const ACCOUNTANT_METHOD =
  'Zero-concentrated losses add up exactly, as fractions; they are converted to epsilon and delta by the bound of Canonne, Kamath and Steinke (2020, corollary 13), minimised over its order and rounded up.';

export const SAMPLER =
  'Exact: integer arithmetic on bits of the operating system’s generator, by rejection. No floating-point number meets a count before the noise was added.';

export const SIDE_CHANNELS =
  'How long a draw takes depends on what is drawn, and is not hidden. It happens in the server, between two writes to disk, and only the admin who asks can time it. Memory of the process is not protected; bits are wiped once used.';
