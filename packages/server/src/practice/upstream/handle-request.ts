import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, TextOptions } from './answer.ts';
import { deliver } from './deliver.ts';
import { type Faults, noFaults, parseFaults } from './faults.ts';
import { answerHeaders } from './answer-headers.ts';
import { makeReady, type ReadyAnswer } from './ready-answer.ts';
import { parseBody, readBody } from './request-body.ts';
import { type ApiShape, PracticeRefusal, shapeError } from './refusal.ts';
import { checkKey, route, shapeOf } from './routes.ts';
import { newProgress, type Progress, type Recorder } from './seen.ts';

export interface HandlerConfig {
  readonly models: readonly string[];
  readonly clock: { nowMs(): number };
  readonly bodySizeBytesMax: number;
  readonly recorder: Recorder;
  readonly countFaults: (header: string, faults: Faults) => Faults;
  readonly standingFaults: () => string | undefined;
  readonly cache: (key: string, make: () => ReadyAnswer) => ReadyAnswer;
  readonly monotonicMs: () => number;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** Reads, records, answers and delivers one request after another. */
export function createRequestHandler(config: HandlerConfig): Handler {
  let nth = 0;
  return (req, res) => {
    const requestId = `req_practice_${String(++nth).padStart(8, '0')}`;
    const progress = newProgress();
    watchPeer(config, req, res, progress);
    handle(config, req, res, progress, requestId).catch(() => res.destroy());
  };
}

async function handle(
  config: HandlerConfig,
  req: IncomingMessage,
  res: ServerResponse,
  progress: Progress,
  requestId: string,
): Promise<void> {
  const { method = '', headers } = req;
  const path = pathOf(req);
  const shape = shapeOf(path, headers);
  let faults = noFaults;
  let answer: Answer | ReadyAnswer;
  try {
    const body = await readBody(req, config.bodySizeBytesMax);
    const seen = {
      method,
      path: req.url ?? '',
      headers,
      bodyBytes: body.length,
      bodySha256: hash('sha256', body),
    };
    config.recorder.request(seen, progress);
    checkKey(headers);
    faults = readFaults(config, headers['x-practice-fault']);
    refuseOnDemand(faults);
    const nowMs = config.clock.nowMs();
    const make = () =>
      route(method, path, shape, config.models, () => ({
        body: parseBody(body, headers['content-encoding']),
        nowMs,
        models: config.models,
        text: textOptions(faults),
      }));
    // The second is in the key for the `created` fields.
    const key = `${method} ${path} ${shape} ${headers['content-encoding']} ${seen.bodySha256} ${Math.floor(nowMs / 1000)}`;
    answer = faults.size === 0 ? config.cache(key, () => makeReady(make())) : make();
  } catch (cause) {
    answer = refuse(cause, shape, requestId);
  }
  const status = answer.kind === 'stream' ? 200 : answer.status;
  const sent = answerHeaders(shape, requestId, status, faults);
  await deliver({ answer, faults, headers: sent, res, progress });
}

function pathOf(req: IncomingMessage): string {
  const url = req.url ?? '';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function readFaults(config: HandlerConfig, header: string | string[] | undefined): Faults {
  const asked = (Array.isArray(header) ? header.join(',') : header) ?? config.standingFaults();
  return asked === undefined ? noFaults : config.countFaults(asked, parseFaults(asked));
}

function refuseOnDemand(faults: Faults): void {
  const status = faults.get('status');
  if (status === undefined) return;
  throw new PracticeRefusal(status, 'practice_fault', `Practice error ${status}, as x-practice-fault asked.`);
}

function textOptions(faults: Faults): TextOptions {
  const forcedTokens = faults.get('long-stream-tokens');
  const markInvalid = faults.has('invalid-utf8');
  return forcedTokens === undefined ? { markInvalid } : { markInvalid, forcedTokens };
}

function refuse(cause: unknown, shape: ApiShape, requestId: string): Answer {
  if (!(cause instanceof PracticeRefusal)) throw cause;
  return { kind: 'json', status: cause.status, body: shapeError(shape, cause, requestId) };
}

/** Notices when the peer closes before its answer is whole. */
function watchPeer(
  config: HandlerConfig,
  req: IncomingMessage,
  res: ServerResponse,
  progress: Progress,
): void {
  res.once('close', () => {
    config.recorder.settle(progress);
    if (progress.finished) return;
    const begun = progress.tokensWritten > 0 ? 'mid-stream' : 'before-first-token';
    const phase = progress.headSent ? begun : 'before-headers';
    config.recorder.abort({ at: config.monotonicMs(), phase, path: pathOf(req) });
  });
}
