import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Traffic } from '@portcullis/detection';

/** One exchange as `portcullis hunt` reads it. `ref` is the line, so that it is not written. */
export function trafficLine({ inputTokens, outputTokens, network, ...rest }: Traffic): string {
  const { userAgent, ...address } = network ?? {};
  return JSON.stringify({
    ...rest,
    ref: undefined,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    network: network === null ? null : { ...address, user_agent: userAgent },
  });
}

/** Writes JSON lines; gzipped where the path ends in `.gz`. */
export async function writeTraffic(path: string, traffic: Iterable<Traffic>): Promise<void> {
  function* lines(): Generator<string> {
    for (const exchange of traffic) yield `${trafficLine(exchange)}\n`;
  }
  const file = createWriteStream(path);
  if (path.endsWith('.gz')) await pipeline(Readable.from(lines()), createGzip(), file);
  else await pipeline(Readable.from(lines()), file);
}
