import { randomBytes } from 'node:crypto';
import { createEntry } from '@portcullis/record';
import { createAdminWorld } from '../../packages/server/src/admin/test/admin-world.ts';
import type { CaseWorldConfig } from '../../packages/server/src/cases/test/case-world.ts';
import { findConsole } from '../../packages/server/src/console/console-files.ts';
import { sealContent } from '../../packages/server/src/vault/sealed-content.ts';

export type ConsoleWorld = Awaited<ReturnType<typeof openConsoleWorld>>;

/** The admin API and the built console over a ledger in memory, with prompts as a test wants them. */
export async function openConsoleWorld(config: CaseWorldConfig = {}) {
  const world = await createAdminWorld(config, undefined, findConsole());
  /** Records an exchange with this prompt. @returns its index */
  const exchange = async (account: string, prompt: string): Promise<number> => {
    const exchangeId = randomBytes(8).toString('hex');
    const key = world.directory.vaultKey(account);
    const request = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }] });
    const entry = createEntry('exchange.admitted', world.clock.now(), {
      exchange: exchangeId,
      account,
      key: 'key-1',
      endpoint: '/v1/chat/completions',
      model: 'm',
      stream: false,
      standing: 'open',
      request_bytes: request.length,
      commitments: {},
    });
    const parts = { request: Buffer.from(request) };
    const content = sealContent(key, `exchange/${exchangeId}`, { seed: randomBytes(32), parts });
    const { index } = await world.ledger.append({ entry, content });
    await world.store.reached(index);
    return index;
  };
  return {
    ...world,
    exchange,
    /** A case of accounts whose evidence are these prompts, one an account. @returns its id */
    async openCase(prompts: readonly string[], name: string): Promise<string> {
      const accounts = await world.createAccounts(prompts.length, name);
      const examples: number[] = [];
      for (const [i, prompt] of prompts.entries())
        examples.push(await exchange(accounts[i] as string, prompt));
      await world.find(`camp-${name}`, accounts, {
        signals: [
          { name: 'shared-template', sentence: 'They share one template.', count: prompts.length, examples },
        ],
      });
      return world.cases.list().find((each) => each.campaign === `camp-${name}`)?.case ?? '';
    },
  };
}
