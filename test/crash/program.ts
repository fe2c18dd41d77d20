import { registerHooks } from 'node:module';
import type * as StorageModule from '../../packages/server/src/ledger/ledger-storage-file.ts';
import type * as WriterModule from '../../packages/server/src/ledger/ledger-writer.ts';
import type * as OpenModule from '../../packages/server/src/ledger/open-ledger.ts';
import type * as OpenVaultModule from '../../packages/server/src/vault/open-vault.ts';
import type * as WitnessedModule from '../../packages/server/src/witness/witnessed-files.ts';

// The ledger and the vault as the crash table runs them: as they are, or without one of their functions. A function is taken away by
// giving those who import it another one; no source is changed, and the judge (fsck) is always the real one.

/** The parts of the program that a run needs. */
export type Program = Pick<typeof OpenModule, 'openLedgerWriter'> &
  Pick<typeof StorageModule, 'createFileStorage'> &
  Pick<typeof WriterModule, 'prepareEntry'> &
  Pick<typeof OpenVaultModule, 'openVault'> &
  Pick<typeof WitnessedModule, 'createWitnessedFiles'>;

export type Without = {
  /** Below `packages/server/src/`, such as `ledger/check-ledger.ts`. */
  readonly file: string;
  /** The exported function. */
  readonly name: string;
  /** What stands in its place: an expression in JavaScript, with `real` as the function itself, `all` as its module, `record` as the package. */
  readonly instead: string;
};

const SOURCES = new URL('../../packages/server/src/', import.meta.url).href;
const MARK = 'without=';
/** What a run without something loads anew; errors and entries stay the same classes for everybody. */
const LOADED_ANEW = /^(?:ledger|vault|seams|witness)\//;

const removals = new Map<string, Without>();
let hooked = false;

/** @param without something, or nothing: the program as it is */
export async function loadProgram(without?: Without): Promise<Program> {
  if (without === undefined) return load('');
  hook();
  // A number, as one function may be taken away in several ways.
  const key = String(removals.size);
  removals.set(key, without);
  return load(`?${MARK}${key}`);
}

async function load(query: string): Promise<Program> {
  const from = <T>(file: string): Promise<T> => import(`${SOURCES}${file}${query}`) as Promise<T>;
  const { openLedgerWriter } = await from<typeof OpenModule>('ledger/open-ledger.ts');
  const { createFileStorage } = await from<typeof StorageModule>('ledger/ledger-storage-file.ts');
  const { prepareEntry } = await from<typeof WriterModule>('ledger/ledger-writer.ts');
  const { openVault } = await from<typeof OpenVaultModule>('vault/open-vault.ts');
  const { createWitnessedFiles } = await from<typeof WitnessedModule>('witness/witnessed-files.ts');
  return { openLedgerWriter, createFileStorage, prepareEntry, openVault, createWitnessedFiles };
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const key = keyOf(context.parentURL);
      if (key === undefined || found.url.includes('?') || !found.url.startsWith(SOURCES)) return found;
      const file = found.url.slice(SOURCES.length);
      if (!LOADED_ANEW.test(file)) return found;
      const removed = removals.get(key);
      // Who asks from within the stand-in wants the real file.
      const standsIn = file === removed?.file && !context.parentURL?.includes('&stand-in');
      return { ...found, url: `${found.url}?${MARK}${key}${standsIn ? '&stand-in' : ''}` };
    },
    load(url, context, next) {
      const key = keyOf(url);
      const removed = key === undefined ? undefined : removals.get(key);
      if (removed === undefined || !url.endsWith('&stand-in')) return next(url, context);
      const specifier = JSON.stringify(`./${removed.file.slice(removed.file.lastIndexOf('/') + 1)}`);
      const source = `export * from ${specifier};
        import * as all from ${specifier};
        import * as record from '@portcullis/record';
        const real = all.${removed.name};
        if (typeof real !== 'function') throw new Error('${removed.file} exports no function ${removed.name}');
        export const ${removed.name} = ${removed.instead};`;
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

function keyOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /\?without=([^&]+)/.exec(url)?.[1];
}
