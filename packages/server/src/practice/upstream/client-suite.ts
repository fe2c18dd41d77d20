import { after, before, describe } from 'node:test';
import { anthropicChecks } from './client-suite-anthropic.ts';
import { openaiChecks } from './client-suite-openai.ts';
import { openaiResponsesChecks } from './client-suite-responses.ts';
import type { PracticeUpstream } from './server.ts';

/** Where the published clients are pointed at. */
export interface ClientTarget {
  /** With `/v1`, as `OPENAI_BASE_URL` has it. */
  readonly openaiBaseUrl: string;
  /** Without `/v1`, as `ANTHROPIC_BASE_URL` has it. */
  readonly anthropicBaseUrl: string;
  readonly apiKey: string;
  /** The practice upstream that answers in the end; with it, aborts are checked where they have to arrive. */
  readonly upstream?: PracticeUpstream;
  close(): Promise<void>;
}

/** Gives the target once `before` has run. */
export type Target = () => ClientTarget;

/**
 * What the published `openai` and `@anthropic-ai/sdk` clients must be able to do through a base URL alone. Runs against a
 * practice upstream, and against whatever stands in front of one and lets all accounts' requests pass.
 */
export function clientSuite(name: string, connect: () => Promise<ClientTarget>): void {
  describe(`published clients against ${name}`, () => {
    let connected: ClientTarget | undefined;
    before(async () => {
      connected = await connect();
    });
    after(() => connected?.close());
    const target: Target = () => {
      if (connected === undefined) throw new Error('not connected: before() failed');
      return connected;
    };
    openaiChecks(target);
    openaiResponsesChecks(target);
    anthropicChecks(target);
  });
}
