import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Cases } from '../cases/cases.ts';
import type { Config } from '../config/config.ts';
import { findConsole, readConsole } from '../console/console-files.ts';
import { serveHearingPage } from '../console/serve-console.ts';
import type { Log } from '../gate/gate-ports.ts';
import { createHearingServer } from '../hearing/hearing-server.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { createReceiptSource, type ReceiptSourceOptions } from '../ledger/receipts.ts';
import type { Clock } from '../seams/clock.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { readPrivateFile, writePrivateFile } from '../seams/private-file.ts';
import type { Storage } from './open-storage.ts';
import { urlHost } from './url-host.ts';

export type HearingOptions = {
  readonly config: Config;
  readonly storage: Pick<Storage, 'reader' | 'vault' | 'thread'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly cases: Cases;
  readonly cosignedFor: ReceiptSourceOptions['cosignedFor'];
};

/** Serves the page of accounts where `hearing.port` says so. @throws ServerError `port-in-use` */
export async function openHearing({ config, storage, clock, log, cases, cosignedFor }: HearingOptions) {
  const { host, port, publicUrl } = config.hearing;
  if (port === null) return undefined;
  const { reader, vault, thread } = storage;
  const receipts = createReceiptSource({
    reader,
    vault,
    durableSize: () => thread.durableSize,
    ...(cosignedFor === undefined ? {} : { cosignedFor }),
  });
  const files = readConsole(findConsole());
  const server = createHearingServer({
    host,
    port,
    hearing: cases.hearing,
    receipts,
    vkeys: () => thread.vkeys,
    clock,
    log,
    serveFile: (request, response) => serveHearingPage(files, request, response),
  });
  const listening = await server.listen();
  return {
    url: publicUrl ?? `http://${urlHost(host)}:${listening.port}/hearing`,
    close: () => server.close(),
  };
}

/** 32 secret bytes under which links are signed, made at the first start. Who changes them ends all links. */
export function openLinkKey(fs: FileSystem, dataDir: string): Uint8Array {
  const path = join(ledgerPaths(dataDir).keys, 'link-key');
  const kept = readPrivateFile(fs, path);
  if (kept !== undefined) return Buffer.from(kept.trim(), 'base64');
  const key = randomBytes(32);
  writePrivateFile(fs, path, `${key.toString('base64')}\n`);
  return key;
}
