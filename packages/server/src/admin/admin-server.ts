import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConsole } from '../console/console-files.ts';
import { PAGE_HEADERS, serveConsole } from '../console/serve-console.ts';
import type { Log } from '../gate/gate-ports.ts';
import { ServerError } from '../server-error.ts';
import { checkBody } from './body-fields.ts';
import { createEvents } from './events.ts';
import { answerError, type ErrorAnswer } from './error-answer.ts';
import { authenticate, checkCameFromHere } from './authenticate-call.ts';
import { isOwnHost } from './host-check.ts';
import { checkQuery } from './check-query.ts';
import { readJsonBody } from './read-body.ts';
import type { AdminPorts } from './route.ts';
import { matchOpenRoute, matchRoute } from './routes.ts';
import { type Answer, answerOpenCall } from './open-route.ts';

export type AdminServerConfig = Omit<AdminPorts, 'events'> & {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Further names that a Host header may have, without port. */
  readonly hostNames?: readonly string[];
  readonly log: Log;
  /** Folder of the built console; undefined where there is none. */
  readonly consoleFolder?: string | undefined;
  /** Calls that come earlier wait for it; left out, none waits. */
  readonly opened?: Promise<void>;
};

export type AdminServer = {
  /** @throws ServerError `port-in-use` */
  listen(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
};

export function createAdminServer(settings: AdminServerConfig): AdminServer {
  const files = readConsole(settings.consoleFolder);
  const events = createEvents(settings.store);
  const config = { ...settings, events };
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      if (namesThisServer(config, request) && serveConsole(files, request, response)) return;
      answerCall(config, request, response).then(
        (answer) => answer === undefined || send(request, response, answer),
        (error: unknown) => send(request, response, failed(config, request, error)),
      );
    },
  );
  server.maxConnections = 256;
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const busy = error.code === 'EADDRINUSE';
          const message = `The admin port ${config.port} is in use. Choose another: admin.port.`;
          reject(busy ? new ServerError('port-in-use', message) : error);
        });
        server.listen(config.port, config.host, () =>
          resolve({ port: (server.address() as AddressInfo).port }),
        );
      }),
    close: () =>
      new Promise((resolve) => {
        events.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Ports = AdminServerConfig & AdminPorts;

function namesThisServer(config: Ports, request: IncomingMessage): boolean {
  return isOwnHost(request.headers.host, [config.host.toLowerCase(), ...(config.hostNames ?? [])]);
}

/** @returns undefined where the call answers with a stream of its own */
async function answerCall(
  config: Ports,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | undefined> {
  if (!namesThisServer(config, request))
    throw new ServerError(
      'forbidden',
      'This Host header does not name the admin API. Use localhost or its address.',
    );
  await config.opened;
  const url = URL.parse(request.url ?? '', 'http://admin.invalid');
  if (url === null) throw new ServerError('bad-request', 'The path can not be read.');
  const open = matchOpenRoute(request.method ?? '', url.pathname);
  if (open !== undefined) {
    checkCameFromHere(request);
    return answerOpenCall(open, config, request, url.searchParams);
  }
  const by = authenticate(config, request);
  const match = matchRoute(request.method ?? '', url.pathname);
  if ('allowed' in match) return refuseRoute(match.allowed);
  const { route, params } = match;
  if (!route.roles.includes(by.role)) {
    const roles = route.roles.join(' or ');
    throw new ServerError('forbidden', `The role ${by.role} may not do this; it is for ${roles}.`);
  }
  checkQuery(url.searchParams, route.query ?? []);
  const body = checkBody(route.method === 'GET' ? {} : await readJsonBody(request), route.body ?? {});
  const result = await route.handle({ by, params, query: url.searchParams, body, ports: config, response });
  if (route.stream === true) return undefined;
  // Who reads after a change finds it.
  if (route.method !== 'GET') await config.directory.settled();
  return { status: route.status, json: result ?? { done: true } };
}

function refuseRoute(allowed: readonly string[]): Answer {
  if (allowed.length === 0) throw new ServerError('not-found', 'The admin API has no such path.');
  const error = {
    code: 'bad-request',
    message: 'This path does not take that method.',
    hint: `It takes ${allowed.join(', ')}.`,
  };
  return { status: 405, json: { error }, headers: { allow: allowed.join(', ') } };
}

function failed({ log }: AdminServerConfig, request: IncomingMessage, error: unknown): Answer {
  const { status, error: told }: ErrorAnswer = answerError(error);
  if (status >= 500) {
    const kind = error instanceof Error ? error.name : typeof error;
    log('error', 'admin call failed', { method: request.method ?? '', code: told.code, kind });
  }
  return {
    status,
    json: { error: told },
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, json, headers }: Answer): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(json));
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    // A body that was not read to its end would be taken for the next call.
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(bytes);
}
