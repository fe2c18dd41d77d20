import { isIPv4 } from 'node:net';

/** Whether a host name or address reaches only this machine. A name such as `127.example.org` does not. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '[::1]' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
  );
}
