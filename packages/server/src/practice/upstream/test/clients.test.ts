import { clientSuite } from '../client-suite.ts';
import { createPracticeUpstream } from '../server.ts';

clientSuite('the practice upstream itself', async () => {
  const upstream = await createPracticeUpstream();
  return {
    openaiBaseUrl: `${upstream.url}/v1`,
    anthropicBaseUrl: upstream.url,
    apiKey: 'practice-key',
    upstream,
    close: () => upstream.close(),
  };
});
