import type { IncomingMessage } from 'node:http';
import { checkBody } from '../admin/body-fields.ts';
import { readBytes } from '../admin/read-body.ts';
import { DOCUMENT_BYTES_MAX, type Submission } from '../cases/representations.ts';
import type { LinkRow } from '../projections/hearings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { HearingServerConfig } from './hearing-server.ts';

/** `json` is a value, or its text. */
export type HearingAnswer = { readonly status: number; readonly json: unknown };
type Ports = Pick<HearingServerConfig, 'hearing' | 'receipts' | 'vkeys'>;
type Call = { readonly link: LinkRow; readonly url: URL; readonly request: IncomingMessage };

export const HEARING_PREFIX = '/hearing/v1/';
const TEXT_BODY_BYTES_MAX = 128 * 1024;
const KINDS = ['representation', 'complaint', 'appeal'] as const;
const INDEX = /^(?:0|[1-9]\d{0,15})$/;

/** Answers one call of whoever holds a link. @throws ServerError */
export async function answerHearing(
  ports: Ports,
  link: LinkRow,
  request: IncomingMessage,
): Promise<HearingAnswer> {
  const url = URL.parse(request.url ?? '', 'http://hearing.invalid');
  const path = url?.pathname.startsWith(HEARING_PREFIX) ? url.pathname.slice(HEARING_PREFIX.length) : '';
  if (url === null || path === '') throw new ServerError('not-found', 'There is no such page.');
  const call = { link, url, request };
  const route = `${request.method} ${path.split('/', 1)[0]}`;
  const rest = path.split('/').slice(1);
  if (route === 'GET case' && rest.length === 0)
    return { status: 200, json: { ...ports.hearing.show(link), vkeys: ports.vkeys() } };
  if (route === 'GET receipts' && rest.length === 0) return listReceipts(ports, call);
  if (route === 'GET receipts' && rest.length === 1) return oneReceipt(ports, link, rest[0] as string);
  if (route === 'POST submissions' && rest.length === 0) return takeWords(ports, call);
  if (route === 'POST documents' && rest.length === 0) return takeDocument(ports, call);
  throw new ServerError('not-found', 'There is no such page.');
}

function listReceipts({ hearing }: Ports, { link, url }: Call): HearingAnswer {
  const after = url.searchParams.get('after');
  if (after !== null && !INDEX.test(after))
    throw new ServerError('bad-request', 'The parameter after is the index of an entry.');
  return { status: 200, json: hearing.receipts(link, after === null ? -1 : Number(after)) };
}

/** The same that the gate gives to a caller: verified in the browser, with the package record. */
async function oneReceipt({ receipts }: Ports, link: LinkRow, index: string): Promise<HearingAnswer> {
  if (!INDEX.test(index)) throw new ServerError('not-found', 'There is no such receipt for this account.');
  const found = await receipts.receipt(link.account, Number(index));
  if (found.kind === 'receipt') return { status: 200, json: found.json };
  if (found.kind === 'pending')
    throw new ServerError('conflict', 'The entry is durable and will be published in a moment; ask again.');
  throw new ServerError('not-found', 'There is no such receipt for this account.');
}

async function takeWords({ hearing }: Ports, { link, request }: Call): Promise<HearingAnswer> {
  const fields = { kind: 'text', text: 'text' } as const;
  const body = checkBody(await readJson(request), fields);
  const kind = KINDS.find((each) => each === body.kind);
  if (kind === undefined) throw new ServerError('bad-request', `The kind is one of ${KINDS.join(', ')}.`);
  return { status: 201, json: await hearing.submit(link, { kind, text: body.text as string }) };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request, TEXT_BODY_BYTES_MAX);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ServerError('bad-request', 'The body is not JSON in UTF-8.');
  }
}

/** Bytes as they are. They are sealed, never opened here, and only ever given back to operators as a download. */
async function takeDocument({ hearing }: Ports, { link, url, request }: Call): Promise<HearingAnswer> {
  const name = (url.searchParams.get('name') ?? '').split(/[\\/]/).at(-1) ?? '';
  const bytes = await readBytes(request, DOCUMENT_BYTES_MAX);
  const submission: Submission = { kind: 'document', name, bytes };
  return { status: 201, json: await hearing.submit(link, submission) };
}
