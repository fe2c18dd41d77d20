import type { Traffic } from '../traffic.ts';
import type { AccountState } from './account-state.ts';
import { withExample } from './examples.ts';

/** Tokens from which an answer is asked for at its longest. */
const LONGEST_TOKENS = 4096;

/** Counts what the settings of an exchange ask for; nothing where they are not known. */
export function addSettings(state: AccountState, { params, outputTokens, ref }: Traffic): void {
  if (params === null) return;
  const biases = Object.keys(params.logit_bias ?? {}).length > 0;
  const logprobs = params.logprobs === true || (typeof params.logprobs === 'number' && params.logprobs > 0);
  if (logprobs || (params.top_logprobs ?? 0) > 0 || biases || (params.n ?? 1) > 1) {
    state.harvests++;
    state.harvestExamples = withExample(state.harvestExamples, ref);
  }
  const most = params.max_tokens;
  if (most !== undefined && (most >= LONGEST_TOKENS || (outputTokens !== null && outputTokens >= most))) {
    state.longAnswers++;
    state.longAnswerExamples = withExample(state.longAnswerExamples, ref);
  }
}
