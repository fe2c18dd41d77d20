import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { admission, type BenchLedger } from './bench-ledger.ts';

/** A ledger as Tessera's tools expect one: `POST /add` answers with the index in decimal, `GET` gives the published files. */
export type AddFront = {
  readonly url: string;
  /** From `POST` to the answer of each, in milliseconds. */
  readonly addedMs: readonly number[];
  readonly failed: number;
  close(): Promise<void>;
};

/** Leaves of a ledger have a schema: what comes is committed to by an admission and goes into the vault. */
export async function openAddFront(ledger: BenchLedger): Promise<AddFront> {
  const addedMs: number[] = [];
  const counts = { failed: 0 };
  const server = createServer((req, res) => {
    if (req.method === 'POST' && req.url === '/add') add(ledger, req, res, addedMs, counts);
    else serveFile(join(ledger.dataDir, 'ledger'), req.url ?? '/', res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addedMs,
    get failed() {
      return counts.failed;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function add(
  { appender }: BenchLedger,
  req: IncomingMessage,
  res: ServerResponse,
  addedMs: number[],
  counts: { failed: number },
): void {
  const startedMs = performance.now();
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const leaf = Buffer.concat(chunks);
    const commitment = createHash('sha256').update(leaf).digest('base64');
    appender.append(admission(leaf, commitment)).then(
      ({ index }) => {
        addedMs.push(performance.now() - startedMs);
        res.end(String(index));
      },
      () => {
        counts.failed++;
        // Push-back, as Tessera's logs spell it.
        res.writeHead(503, { 'retry-after': '1' }).end();
      },
    );
  });
}

/** @param url only letters, digits, dots and slashes name a tile; everything else is not found */
function serveFile(folder: string, url: string, res: ServerResponse): void {
  if (!/^\/(?:checkpoint|tile\/[\w/.]+)$/.test(url) || url.includes('..')) {
    res.writeHead(404).end();
    return;
  }
  createReadStream(join(folder, url))
    .on('error', () => res.writeHead(404).end())
    .pipe(res);
}
