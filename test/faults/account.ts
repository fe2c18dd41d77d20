import { readEntries } from '../../packages/server/src/start/test/server-world.ts';
import type { Stage } from '../soak/open-stage.ts';

/** An account with a budget of tokens a day, and the means to compare what the gate counted with what the ledger has. */
export type BudgetAccount = {
  readonly name: string;
  readonly key: string;
  readonly tokensPerDay: number;
};

/** Asks for more than any budget here: it is refused, takes nothing, and its refusal tells what is left. */
const PROBE_TOKENS = 1_000_000_000;

export async function createAccount(
  stage: Stage,
  name: string,
  tokensPerDay: number,
): Promise<BudgetAccount> {
  const body = { account: name, key: true, limits: { tokensPerDay } };
  const { secret } = await stage.admin<{ secret: string }>('POST', '/v1/accounts', body);
  return { name, key: secret, tokensPerDay };
}

/** What the gate counted as used, in tokens, once nothing runs. @throws Error where it is asked before the key is known */
export async function usedByGate(stage: Stage, account: BudgetAccount): Promise<number> {
  const answer = await fetch(`${stage.gateUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${account.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'practice-small', messages: [], max_tokens: PROBE_TOKENS }),
  });
  const text = await answer.text();
  const left = answer.headers.get('x-ratelimit-remaining-tokens');
  if (answer.status !== 429 || left === null) throw new Error(`No budget was told: ${answer.status} ${text}`);
  return account.tokensPerDay - Number(left);
}

/** What the ledger has as used, in tokens, since its begin. */
export function usedByLedger(stage: Stage, account: BudgetAccount): number {
  let tokens = 0;
  for (const entry of readEntries(stage.dataDir))
    if (entry.type === 'exchange.completed' && entry.account === account.name)
      tokens += entry.usage.input_tokens + entry.usage.output_tokens;
  return tokens;
}
