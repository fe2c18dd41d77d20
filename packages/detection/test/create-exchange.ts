import type { Traffic } from '../src/index.ts';

/** One exchange of which only what matters is said. */
export const createExchange = (given: Partial<Traffic> = {}): Traffic => ({
  time: 0,
  account: 'a',
  model: null,
  system: null,
  prompt: '',
  messages: null,
  params: null,
  response: null,
  inputTokens: null,
  outputTokens: null,
  network: null,
  billing: null,
  created: null,
  ref: 0,
  ...given,
});
