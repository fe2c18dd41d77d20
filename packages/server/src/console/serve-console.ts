import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONSOLE_PAGE, HEARING_PAGE, type ConsoleFile, type ConsoleFiles } from './console-files.ts';

/** Where the console's pages and files lie. */
const BASE = '/console/';

/**
 * Nothing but what the server itself sends: no inline script or style, no eval, no frame around it, no address outside. `style-src` needs no
 * exception, as the page sets styles by the object model alone.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** On everything that the admin server sends. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)',
};

const NOT_BUILT =
  'The console is not built. In a clone: npm install && npm run build:console, then start again. Without it: docs/admin-api.md.\n';

/**
 * Answers calls for the console's files.
 * @returns false where the path is none of its own, or more than reading is asked for
 */
export function serveConsole(
  files: ConsoleFiles,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (path === '/' || path === '/console') {
    redirect(response);
    return true;
  }
  if (!path.startsWith(BASE)) return false;
  const name = path.slice(BASE.length);
  const file = files.get(name === '' ? CONSOLE_PAGE : name) ?? pageFor(files, name);
  if (file !== undefined) sendFile(request, response, file);
  else if (files.size === 0) sendText(response, 503, NOT_BUILT);
  else sendText(response, 404, 'The console has no such file.\n');
  return true;
}

/**
 * Answers calls for the page by which the holder of an account is heard. Its listener has nothing of the console but what both pages are made of.
 * @returns false where the path is none of its own
 */
export function serveHearingPage(
  files: ConsoleFiles,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const name = path.startsWith(`${BASE}assets/`) ? path.slice(BASE.length) : '';
  const file = files.get(path === '/hearing' || path === '/hearing/' ? HEARING_PAGE : name);
  if (file === undefined) return false;
  sendFile(request, response, file);
  return true;
}

/** A page within the console has no file of its own: its script reads the path. Names of accounts have dots; what looks like a file beside them is none. */
function pageFor(files: ConsoleFiles, name: string): ConsoleFile | undefined {
  return /^(?!assets\/)[a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9._-]*)*\/?$/.test(name)
    ? files.get(CONSOLE_PAGE)
    : undefined;
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: ConsoleFile): void {
  const [encoding, bytes] = choose(file, String(request.headers['accept-encoding'] ?? ''));
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'content-type': file.type,
    'content-length': bytes.length,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(encoding === '' ? {} : { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function choose({ bytes, br, gzip }: ConsoleFile, accepted: string): [string, Buffer] {
  const takes = (name: string): boolean =>
    accepted.split(',').some((each) => {
      const [coding = '', quality = ''] = each.trim().split(';');
      return coding.trim() === name && !/^\s*q=0(?:\.0*)?\s*$/.test(quality);
    });
  if (br !== undefined && takes('br')) return ['br', br];
  if (gzip !== undefined && takes('gzip')) return ['gzip', gzip];
  return ['', bytes];
}

function redirect(response: ServerResponse): void {
  response.writeHead(302, { ...PAGE_HEADERS, location: BASE, 'content-length': 0 });
  response.end();
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
