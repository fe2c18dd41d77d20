import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a running Portcullis serves; commands on the same machine find it by this. No secret stands in it. */
export type RunFile = { readonly pid: number; readonly gateUrl: string; readonly adminUrl: string };

const NAME = 'run.json';

export function writeRunFile(dataDir: string, run: RunFile): void {
  writeFileSync(join(dataDir, NAME), `${JSON.stringify(run)}\n`);
}

export function removeRunFile(dataDir: string): void {
  rmSync(join(dataDir, NAME), { force: true });
}
