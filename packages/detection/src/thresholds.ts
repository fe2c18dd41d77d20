import { DetectionError } from './detection-error.ts';

/**
 * Every number the shared-template detector rests on. Shares are fractions of 1; `max…` names are limits on memory:
 * where one is reached the least recently seen goes first, so a limit can lose a campaign but never make one.
 */
export const defaultThresholds = {
  /** A campaign has at least this many accounts. */
  minAccounts: 6,
  /** … which sent at least this many exchanges from shared templates together. */
  minExchanges: 100,
  /** … and each of them at least this many. */
  minMemberExchanges: 5,
  /** Least share of an account's exchanges that comes from the campaign's templates. */
  minTemplateShare: 0.5,
  /** Least share of an account's slot values that it was the earliest to send: repetition is not work. */
  minNewValueShare: 0.5,
  /** Most slot values that more than one account sent. Tests and pasted prompts repeat each other, divided work does not. */
  maxSharedValueShare: 0.2,
  /** Least share of members among all accounts that use a template: phrases everybody uses are no campaign's. */
  minMemberShare: 0.5,
  /** Letters (an ideograph counts as 3) that prompts must share before they count as one template. */
  minFrameLetters: 28,
  /** … and this many of them in one run, so that scattered common phrases do not add up. */
  minRunLetters: 20,
  /** A word belongs to the template's frame when this share of the exchanges has it. */
  minFramePresence: 0.8,
  /** Least share of an established frame that a prompt must have to join it. */
  minFrameMatch: 0.4,
  /** Two templates belong together when at least this many accounts use both … */
  linkAccounts: 3,
  /** … and they are at least this share of the accounts of the smaller one. */
  linkShare: 0.5,
  /** A finding is spoken again when this many accounts joined, or … */
  growthAccounts: 3,
  /** … this share of those named before (the larger of the two), or … */
  growthShare: 0.25,
  /** … when any account joined and the exchanges grew by this share. */
  growthExchangesShare: 0.5,
  /** UTF-16 units analysed from the start and from the end of a prompt. */
  headUnits: 8192,
  tailUnits: 2048,
  maxCandidates: 32768,
  maxTemplates: 4096,
  maxAccounts: 262144,
  maxAccountsPerTemplate: 4096,
  maxTemplatesPerAccount: 32,
  maxValuesPerTemplate: 16384,
  maxExaminedPerAccount: 256,
  maxTemplatesPerCampaign: 64,
  maxCampaigns: 1024,
  maxExamples: 12,
  seed: 20250417,
};

export type Thresholds = typeof defaultThresholds;

/** Fills in what is missing. Throws `bad_threshold` for an unknown name or a number that makes no sense. */
export function completeThresholds(given: Partial<Thresholds>): Thresholds {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultThresholds)) {
      throw new DetectionError(
        'bad_threshold',
        `There is no threshold "${name}"; remove it or correct its name.`,
      );
    }
    const isShare = name.endsWith('Share') || name === 'minFramePresence' || name === 'minFrameMatch';
    const sensible = isShare
      ? value >= 0 && value <= (name.startsWith('growth') ? 100 : 1)
      : Number.isSafeInteger(value) && value >= (name === 'seed' || name === 'tailUnits' ? 0 : 1);
    if (!sensible) {
      const wanted = isShare ? 'a share between 0 and 1' : 'a whole number of at least 1';
      throw new DetectionError('bad_threshold', `Threshold "${name}" is ${value}; give ${wanted}.`);
    }
  }
  return { ...defaultThresholds, ...given };
}
