import type { Socket } from 'node:net';
import { closeRetired } from './configure-gate.ts';
import { refuseLateAdmission } from './cut-exchange.ts';
import type { GateContext, Unread } from './gate-context.ts';

const SWEEP_MS = 100;
const CONNECTIONS_MS = 250;
const REFUSALS_MS = 1_000;
/** A caller who takes nothing for this long, although bytes wait for it, is cut. */
export const UNREAD_TIMEOUT_MS = 300_000;

/** A few timers for all time-outs of a gate, in place of several for each exchange. @returns what stops them */
export function startSweeps(context: GateContext): () => void {
  const timers = [
    setInterval(() => sweepOnce(context), SWEEP_MS),
    setInterval(() => sweepConnections(context), CONNECTIONS_MS),
    setInterval(() => void context.refusals.flush(), REFUSALS_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function sweepOnce(context: GateContext): void {
  closeRetired(context);
  const { clock, config } = context.ports;
  const nowMs = clock.monotonic();
  for (const receiving of context.receiving) {
    if (nowMs - receiving.sinceMs > config.gate.bodyIdleTimeoutMs) receiving.timeOut();
  }
  for (const exchange of context.running) {
    exchange.call?.sweep(nowMs);
    const late = nowMs - exchange.startedMs > config.gate.admissionTimeoutMs;
    if (late && exchange.admission === 'waiting' && exchange.cutAs === undefined) {
      refuseLateAdmission(context, exchange);
    }
  }
}

/** Of running answers and of finished ones: the end of an exchange does not mean that its caller has read it. */
function sweepConnections(context: GateContext): void {
  const nowMs = context.ports.clock.monotonic();
  for (const [socket, unread] of context.connections) {
    // Not `end` or `destroySoon`: they would wait for the very bytes that nobody reads.
    if (isUnread(socket, unread, nowMs)) socket.destroy();
  }
}

function isUnread(socket: Socket, unread: Unread, nowMs: number): boolean {
  const takenBytes = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0) unread.sinceMs = 0;
  else if (unread.sinceMs === 0 || takenBytes !== unread.takenBytes) {
    unread.sinceMs = nowMs;
    unread.takenBytes = takenBytes;
  } else return nowMs - unread.sinceMs > UNREAD_TIMEOUT_MS;
  return false;
}
