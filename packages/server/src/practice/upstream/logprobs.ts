import { subSeed } from './seed.ts';

export interface TokenLogprob {
  readonly token: string;
  /** Natural logarithm, 0 or less. */
  readonly logprob: number;
  readonly bytes: readonly number[];
  readonly top_logprobs: readonly Omit<TokenLogprob, 'top_logprobs'>[];
}

/** Made-up log probabilities of a token and of `top` alternatives, the token itself the likeliest of them. */
export function logprobOf(token: string, position: number, seed: Buffer, top: number): TokenLogprob {
  const digest = subSeed(seed, 'logprob', position);
  const logprob = -(digest[0] ?? 0) / 256;
  const alternatives = Array.from({ length: top }, (_, rank) => {
    const text = rank === 0 ? token : ` other${rank}`;
    return { token: text, logprob: logprob - rank * 1.5, bytes: [...Buffer.from(text)] };
  });
  return { token, logprob, bytes: [...Buffer.from(token)], top_logprobs: alternatives };
}
