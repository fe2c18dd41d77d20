import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type EchoUpstream = {
  readonly url: string;
  /** What was asked: the path, every header, the body. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

/** A mark that only the answer to a prompt with this mark holds. */
export function answerMark(promptMark: string): string {
  return `answer${createHash('sha256').update(promptMark).digest('hex').slice(0, 24)}`;
}

/** An upstream whose answers hold the prompt's mark and one of their own, so that both show where they come to light. */
export async function startEchoUpstream(): Promise<EchoUpstream> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      asked.push(`${request.url}\n${request.rawHeaders.join('\n')}\n${body}`);
      const marks = body.match(/prompt[0-9a-f]{24}/g) ?? [];
      const text = marks.map((mark) => `${mark} ${answerMark(mark)}`).join(' ');
      const answer = {
        object: 'list',
        data: [{ id: 'model-a', object: 'model' }],
        choices: [{ message: { role: 'assistant', content: text } }],
        content: [{ type: 'text', text }],
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
