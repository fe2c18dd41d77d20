import { parseArgs } from 'node:util';
import { createPracticeUpstream } from './server.ts';

/** `node serve.ts [--port 9090] [--host 127.0.0.1] [--reuse-port] [--model NAME]…`: runs until SIGINT or SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9090' },
    host: { type: 'string', default: '127.0.0.1' },
    'reuse-port': { type: 'boolean', default: false },
    model: { type: 'string', multiple: true },
  },
});

const upstream = await createPracticeUpstream({
  port: Number(values.port),
  host: values.host,
  reusePort: values['reuse-port'],
  ...(values.model === undefined ? {} : { models: values.model }),
});
process.stdout.write(`practice upstream on ${upstream.url} (every answer is made up)\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void upstream.close());
}
