import type { Check } from './check-run.ts';
import { sayWho, type Witnessed } from './checks/check-witnesses.ts';

/** The last three are of comparisons: `consistent`, `split view` (proven), `not comparable` (nothing is shown). */
export type Verdict =
  | 'verified'
  | 'verified, unwitnessed'
  | 'failed'
  | 'consistent'
  | 'split view'
  | 'not comparable';

/** What was judged, as printed and as given by `--json`. */
export type Judgement = {
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly checks: readonly Check[];
  /** What no proof shows. */
  readonly limits: string;
};

export const LIMITS =
  'What this does not show: that everything was captured, or that what was captured was true when it was recorded.';

export function concludeChecks(checks: readonly Check[], witnessed?: Witnessed): Judgement {
  const failed = checks.filter((check) => check.result === 'FAIL');
  const isWitnessed = witnessed?.quorum === true;
  const verdict =
    failed.length > 0 || checks.length === 0 ? 'failed' : isWitnessed ? 'verified' : 'verified, unwitnessed';
  const names = failed.map((check) => check.name).join(', ');
  const sentence =
    verdict === 'failed' ? `Failed (${names}): do not rely on this.` : sayVerified(isWitnessed, witnessed);
  return { verdict, sentence, checks, limits: LIMITS };
}

function sayVerified(isWitnessed: boolean, witnessed: Witnessed | undefined): string {
  const who = witnessed === undefined || witnessed.by.length === 0 ? undefined : sayWho(witnessed);
  return isWitnessed
    ? `Verified: a witness quorum of the trust file cosigned the last checkpoint: ${who}.`
    : `Verified, unwitnessed: no witness quorum signed${who === undefined ? '' : `, only ${who}`}, so a split view by the operator can not be ruled out.`;
}

/** One line a check, the verdict, and what no proof shows. */
export function formatJudgement(judgement: Judgement): string {
  const width = Math.max(...judgement.checks.map((check) => check.name.length));
  const lines = judgement.checks.map(
    ({ name, result, sentence }) => `${result.padEnd(6)}  ${name.padEnd(width)}  ${sentence}`,
  );
  return `${[...lines, '', judgement.sentence, judgement.limits].join('\n')}\n`;
}
