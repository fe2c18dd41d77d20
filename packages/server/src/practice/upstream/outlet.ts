import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Faults } from './faults.ts';
import type { Progress } from './seen.ts';

export type Headers = Readonly<Record<string, string>>;

/** Where an answer's bytes go. `write` gives a promise only when the peer reads too slowly or has left. */
export interface Outlet {
  head(status: number, headers: Headers): void;
  /** Sends the head now, where it would wait for the first body byte. */
  flush(): void;
  write(bytes: Buffer): Promise<void> | undefined;
  end(): void;
}

/** Faults for which node:http would set right what has to be wrong. */
const rawFaults = [
  'close-after-bytes',
  'reset-after-bytes',
  'lie-content-length',
  'truncate-chunked',
] as const;

export function needsRawOutlet(faults: Faults): boolean {
  return rawFaults.some((name) => faults.has(name));
}

/** Waits until `target` drains or closes, and counts the wait. */
export function drained(target: ServerResponse | Socket, progress: Progress): Promise<void> {
  progress.drainWaits++;
  progress.waitingForDrain = true;
  return new Promise((resolve) => {
    const done = () => {
      progress.waitingForDrain = false;
      target.off('drain', done).off('close', done);
      resolve();
    };
    target.on('drain', done).on('close', done);
    if (target.destroyed) done();
  });
}

/** The ordinary way: node:http frames the answer and keeps the connection. */
export function createHttpOutlet(res: ServerResponse, progress: Progress): Outlet {
  return {
    head(status, headers) {
      res.writeHead(status, headers);
      progress.headSent = true;
    },
    flush: () => res.flushHeaders(),
    write(bytes) {
      progress.bytesWritten += bytes.length;
      if (res.destroyed || res.write(bytes)) return undefined;
      return drained(res, progress);
    },
    end() {
      res.end(() => (progress.finished = true));
    },
  };
}

/** Writes the socket itself, so that framing and close can be wrong in the ways asked for. Always closes. */
export function createRawOutlet(socket: Socket, faults: Faults, progress: Progress): Outlet {
  const bodyMax = faults.get('close-after-bytes') ?? faults.get('reset-after-bytes') ?? Infinity;
  const truncates = faults.has('truncate-chunked');
  let chunked = false;
  let held: Buffer | undefined;

  const close = () => {
    progress.finished = true;
    // The callback comes when the kernel has the bytes; only then may the close follow them.
    socket.write('', () => (faults.has('reset-after-bytes') ? socket.resetAndDestroy() : socket.destroy()));
  };
  const put = (bytes: Buffer): Promise<void> | undefined => {
    if (progress.finished || socket.destroyed || bytes.length === 0) return undefined;
    const kept = bytes.subarray(0, bodyMax - progress.bytesWritten);
    progress.bytesWritten += kept.length;
    const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
    const whole = chunked ? Buffer.concat([size, kept, kept.length === bytes.length ? crlf : empty]) : kept;
    const flows = socket.write(whole);
    if (progress.bytesWritten >= bodyMax) close();
    return flows ? undefined : drained(socket, progress);
  };
  return {
    head(status, headers) {
      chunked = headers['content-length'] === undefined;
      const framing = chunked ? { 'transfer-encoding': 'chunked' } : {};
      socket.write(rawHead(status, { ...headers, ...framing, date: new Date().toUTCString() }));
      progress.headSent = true;
      if (bodyMax === 0) close();
    },
    flush: () => undefined,
    write(bytes) {
      if (!truncates) return put(bytes);
      const previous = held;
      held = bytes;
      return previous === undefined ? undefined : put(previous);
    },
    end() {
      if (progress.finished) return;
      if (held !== undefined) {
        socket.write(
          Buffer.concat([Buffer.from(`${held.length.toString(16)}\r\n`), held.subarray(0, held.length >> 1)]),
        );
        progress.bytesWritten += held.length >> 1;
      } else if (chunked) {
        socket.write('0\r\n\r\n');
      }
      close();
    },
  };
}

const crlf = Buffer.from('\r\n');
const empty = Buffer.alloc(0);

function rawHead(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`;
}
