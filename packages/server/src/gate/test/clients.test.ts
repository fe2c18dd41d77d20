import { clientSuite } from '../../practice/upstream/client-suite.ts';
import { KEY, startTestGate } from './test-gate.ts';

clientSuite('a gate', async () => {
  const t = await startTestGate();
  return {
    openaiBaseUrl: `${t.url}/v1`,
    anthropicBaseUrl: t.url,
    apiKey: KEY,
    upstream: t.upstream,
    close: t.close,
  };
});
