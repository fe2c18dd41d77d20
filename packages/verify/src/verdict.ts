import type { Check } from './check-run.ts';

export type Verdict = 'verified' | 'verified, unwitnessed' | 'failed';

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

const SENTENCES: Record<Exclude<Verdict, 'failed'>, string> = {
  verified: 'Verified: a witness quorum of the trust file cosigned the last checkpoint.',
  'verified, unwitnessed':
    'Verified, unwitnessed: no witness quorum signed, so a split view by the operator can not be ruled out.',
};

export function concludeChecks(checks: readonly Check[], witnessed: boolean): Judgement {
  const failed = checks.filter((check) => check.result === 'FAIL');
  const verdict =
    failed.length > 0 || checks.length === 0 ? 'failed' : witnessed ? 'verified' : 'verified, unwitnessed';
  const names = failed.map((check) => check.name).join(', ');
  const sentence = verdict === 'failed' ? `Failed (${names}): do not rely on this.` : SENTENCES[verdict];
  return { verdict, sentence, checks, limits: LIMITS };
}

/** One line a check, the verdict, and what no proof shows. */
export function formatJudgement(judgement: Judgement): string {
  const width = Math.max(...judgement.checks.map((check) => check.name.length));
  const lines = judgement.checks.map(
    ({ name, result, sentence }) => `${result.padEnd(6)}  ${name.padEnd(width)}  ${sentence}`,
  );
  return `${[...lines, '', judgement.sentence, judgement.limits].join('\n')}\n`;
}
