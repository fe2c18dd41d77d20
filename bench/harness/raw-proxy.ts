// The least that a proxy in Node can do, `node:http` in front and undici's dispatch behind: the bound to report against. Started with its
// own port and the upstream's.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 256 });

createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    pool.dispatch(
      {
        method: 'POST',
        path: req.url ?? '/',
        headers: ['content-type', 'application/json'],
        body: Buffer.concat(chunks),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          const { 'transfer-encoding': _chunked, ...kept } = headers;
          res.writeHead(status, kept as Record<string, string>);
        },
        onResponseData(_controller, chunk) {
          res.write(chunk);
        },
        onResponseEnd() {
          res.end();
        },
        onResponseError() {
          res.destroy();
        },
      },
    );
  });
}).listen(port, '127.0.0.1');
