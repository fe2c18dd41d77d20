import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../seams/clock.ts';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { formatAddCheckpoint } from '../add-checkpoint.ts';
import { type RunningWitness, startWitness, type WitnessOptions } from '../start-witness.ts';
import type { TestLog } from './test-log.ts';

type Context = { after(fn: () => unknown): void };

export const WITNESS_NAME = 'witness.example/w1';

export function temporaryFolder(t: Context): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-witness-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A witness that follows `log`, closed after the test. Closing it twice is harmless. */
export async function runWitness(
  t: Context,
  log: Pick<TestLog, 'vkeys'>,
  options: Partial<WitnessOptions> = {},
): Promise<RunningWitness> {
  const witness = await startWitness({
    dataDir: options.dataDir ?? temporaryFolder(t),
    fs: nodeFileSystem,
    name: WITNESS_NAME,
    host: '127.0.0.1',
    port: 0,
    logs: log.vkeys,
    clock: systemClock,
    ...options,
  });
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= witness.close());
  t.after(close);
  return { ...witness, close };
}

export type Reply = { readonly status: number; readonly type: string; readonly text: string };

export async function post(url: string, body: string | Uint8Array): Promise<Reply> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: body as string });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    text: await answer.text(),
  };
}

/** Submits the checkpoint of `size` with the proof from `oldSize`. */
export function submit(url: string, log: TestLog, oldSize: number, size: number): Promise<Reply> {
  const proof = oldSize < size ? log.consistency(oldSize, size) : [];
  return post(url, formatAddCheckpoint({ oldSize, proof, note: log.note(size) }));
}

export function clockAt(seconds: () => number): Clock {
  return { now: () => seconds() * 1000, monotonic: () => performance.now() };
}
