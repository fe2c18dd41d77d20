import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GateContext } from './gate-context.ts';
import { type Refusal, refuse } from './refusal.ts';

const NOTHING = Buffer.alloc(0);
/** Who sends less, measured over `gate.bodyIdleTimeoutMs`, holds a connection rather than sends a body. */
const BODY_BYTES_PER_SECOND_MIN = 500;

/**
 * Receives a request's body whole, within the limits for one body and for all bodies of this gate. `done` gets the bytes, which
 * count in `context.bodies` until the exchange ends, or a refusal; it is not called where the caller leaves first.
 */
export function receiveBody(
  context: GateContext,
  req: IncomingMessage,
  res: ServerResponse,
  done: (result: Buffer | Refusal) => void,
): void {
  const { gate } = context.ports.config;
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > gate.bodyBytesMax) return done(tooLarge(gate.bodyBytesMax));
  if (context.bodies.bytes + announced > gate.bodyMemoryBytesMax) return done(overloaded());
  if (req.headers.expect !== undefined) res.writeContinue();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const { clock } = context.ports;
  const receiving = {
    sinceMs: clock.monotonic(),
    bytesSince: 0,
    timeOut: () => stop(refuseSlow(gate.bodyIdleTimeoutMs)),
  };
  const enoughBytes = (gate.bodyIdleTimeoutMs * BODY_BYTES_PER_SECOND_MIN) / 1_000;
  const leave = (): void => {
    context.receiving.delete(receiving);
    req.off('data', onData).off('end', onEnd);
    res.off('close', onClose);
  };
  const stop = (refusal: Refusal): void => {
    leave();
    context.bodies.bytes -= sizeBytes;
    chunks.length = 0;
    done(refusal);
  };
  const onData = (chunk: Buffer): void => {
    receiving.bytesSince += chunk.length;
    if (receiving.bytesSince >= enoughBytes) {
      receiving.sinceMs = clock.monotonic();
      receiving.bytesSince = 0;
    }
    if (sizeBytes + chunk.length > gate.bodyBytesMax) return stop(tooLarge(gate.bodyBytesMax));
    if (context.bodies.bytes + chunk.length > gate.bodyMemoryBytesMax) return stop(overloaded());
    chunks.push(chunk);
    sizeBytes += chunk.length;
    context.bodies.bytes += chunk.length;
  };
  const onEnd = (): void => {
    leave();
    done(chunks.length === 1 ? (chunks[0] as Buffer) : chunks.length === 0 ? NOTHING : Buffer.concat(chunks));
  };
  const onClose = (): void => {
    leave();
    context.bodies.bytes -= sizeBytes;
  };
  context.receiving.add(receiving);
  req.on('data', onData).on('end', onEnd);
  res.on('close', onClose);
}

function tooLarge(bytesMax: number): Refusal {
  return refuse(413, 'request_too_large', `The body is larger than the limit of ${bytesMax} bytes.`);
}

function overloaded(): Refusal {
  return {
    ...refuse(503, 'gate_overloaded', 'The gate holds as many request bodies as it may. Try again soon.'),
    headers: { 'retry-after': '1' },
  };
}

function refuseSlow(timeoutMs: number): Refusal {
  return refuse(
    408,
    'request_timeout',
    `Less than ${BODY_BYTES_PER_SECOND_MIN} bytes a second of the body came within ${timeoutMs} ms.`,
  );
}
