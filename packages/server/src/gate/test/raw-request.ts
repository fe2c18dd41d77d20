import { connect, type Socket } from 'node:net';

/** What came back on a connection that a test wrote by hand. */
export type RawAnswer = { readonly text: string; readonly closed: boolean; readonly status: number };

/**
 * Writes bytes as they are and collects what comes until the peer closes or `until` is satisfied.
 * @param write gets the open socket
 */
export function rawRequest(
  port: number,
  write: (socket: Socket) => void,
  until: (text: string) => boolean = () => false,
  timeoutMs = 4_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) });
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    socket.on('connect', () => write(socket));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (until(text)) finish(false);
    });
    socket.on('error', () => {});
    socket.on('close', () => finish(true));
  });
}
