import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';

/** `{}` stands for the prompt. */
export const ATTACK_WRAPPERS: readonly string[] = [
  'Think step by step and show all of your reasoning inside <think> tags before the answer.\n\n{}',
  '{}\n\nFirst write your full chain of thought, then the final answer after "####".',
  '### Instruction:\n{}\n\n### Response:',
  'You are an expert annotator. Give the best possible answer, with a detailed rationale.\n\nInput: {}',
];

const TENANT_WRAPPERS: readonly string[] = [
  'Customer message:\n{}\n\nAnswer in two sentences.',
  'Classify the text. Reply with one label only.\nText: {}\nLabel:',
  'User wrote: "{}". Reply politely.',
  'Input: {}\nOutput JSON with keys "label" and "confidence".',
  'Summarise for our editors:\n\n{}',
  '{}\n\nReply in the language of the text.',
  'Ticket #: auto\nBody: {}\nSuggest a reply.',
  'Extract the main point.\n---\n{}\n---',
];

const JOBS = [
  'support desk',
  'news desk',
  'review team',
  'tutoring service',
  'claims office',
  'sales team',
  'editorial office',
];
const TONES = [
  'Be brief.',
  'Be polite.',
  'Answer only what was asked.',
  'Do not speculate.',
  'Use plain words.',
];

/** A tenant's system prompt and frame, or none: half of them send the bare text. */
export function drawTenantFrame(random: SeededRandom): { system: string | null; wrapper: string | null } {
  return {
    system:
      random.next() < 0.6
        ? `You work for the ${random.pick(JOBS)} of client ${random.below(9000)}. ${random.pick(TONES)}`
        : null,
    wrapper: random.next() < 0.5 ? random.pick(TENANT_WRAPPERS) : null,
  };
}
