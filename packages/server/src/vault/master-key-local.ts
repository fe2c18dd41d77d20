import { randomBytes } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import { base64, concat, fromBase64, hex, sha256, utf8 } from '@portcullis/record';
import type { VaultConfig } from '../config/config.ts';
import { syncDirectory } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { readPrivateFile, writePrivateFile } from '../seams/private-file.ts';
import { ServerError } from '../server-error.ts';
import type { MasterKey } from './master-key.ts';
import { XAES_KEY_BYTES, XAES_NONCE_BYTES, xaesOpen, xaesSeal } from './xaes.ts';

export type MasterKeyOptions = {
  readonly source: VaultConfig['masterKey'];
  /** A relative `file` is looked for here. */
  readonly dataDir: string;
  readonly fs: FileSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a missing file is made: not where vault keys exist already. */
  readonly create: boolean;
};

/**
 * A master key from a file (mode 0600, made at first start) or from an environment variable: 32 bytes in base64.
 * @throws ServerError `bad-config` where it is missing, malformed or readable by others
 */
export function openMasterKey(options: MasterKeyOptions): MasterKey {
  return masterKeyOf('file' in options.source ? fromFile(options, options.source.file) : [fromEnv(options)]);
}

/**
 * A master key of its bytes. @param keys the one that wraps, and one more that may open, while a rotation is not finished
 */
export function masterKeyOf([key, other]: readonly Uint8Array[]): MasterKey {
  if (key === undefined) throw new ServerError('bad-config', 'There is no master key.');
  // A hash with its own domain: names the key and tells nothing of it.
  const id = `local-${hex(sha256(concat(utf8('portcullis/master-key-id/v1\0'), key)).slice(0, 8))}`;
  return {
    id,
    wrap(dataKey, aad) {
      const nonce = randomBytes(XAES_NONCE_BYTES);
      return concat(nonce, xaesSeal(key, nonce, dataKey, aad));
    },
    unwrap(wrapped, aad) {
      const opened = unwrapWith(key, wrapped, aad) ?? (other && unwrapWith(other, wrapped, aad));
      if (opened !== undefined) return opened;
      throw new ServerError(
        'vault-key-missing',
        `The master key ${id} does not open a key of the vault: the settings (vault.masterKey) name another master key than the one that wrapped it, or the key's file was changed.`,
      );
    },
  };
}

function unwrapWith(key: Uint8Array, wrapped: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  const nonce = wrapped.subarray(0, XAES_NONCE_BYTES);
  return nonce.length < XAES_NONCE_BYTES
    ? undefined
    : xaesOpen(key, nonce, wrapped.subarray(XAES_NONCE_BYTES), aad);
}

/** Where the master key lies that a file holds. */
export function masterKeyPath(dataDir: string, file: string): string {
  return isAbsolute(file) ? file : join(dataDir, file);
}

/** The key, and the one that a rotation is about to put in its place (rotate-master-key.ts). */
function fromFile({ dataDir, fs, create }: MasterKeyOptions, file: string): Uint8Array[] {
  const path = masterKeyPath(dataDir, file);
  const text = readPrivateFile(fs, path);
  const next = readNextKey(fs, path);
  const keys = [
    ...(text === undefined ? [] : [decodeKey(text.trim(), `the file ${path}`)]),
    ...(next === undefined ? [] : [next]),
  ];
  if (keys.length > 0) {
    // A first start that was killed may have made it and not synced its name; no key may be wrapped by it before that.
    if (create) syncDirectory(fs, dirname(path));
    return keys;
  }
  if (!create) {
    throw new ServerError(
      'bad-config',
      `The master key ${path} is missing, and the vault has keys that it wrapped; restore it, or name the variable in vault.masterKey that a rotation has put the key into.`,
    );
  }
  const key = new Uint8Array(randomBytes(XAES_KEY_BYTES));
  writeMasterKey(fs, path, key);
  return [key];
}

/** One that can not be read was being destroyed when the process was killed: it is written in one step. */
function readNextKey(fs: FileSystem, path: string): Uint8Array | undefined {
  try {
    const text = readPrivateFile(fs, nextMasterKeyPath(path));
    return text === undefined ? undefined : decodeKey(text.trim(), nextMasterKeyPath(path));
  } catch {
    return undefined;
  }
}

export function writeMasterKey(fs: FileSystem, path: string, key: Uint8Array): void {
  writePrivateFile(fs, path, `${base64(key)}\n`);
}

/** Where a new key is until it takes the place of the one at `path`. */
export function nextMasterKeyPath(path: string): string {
  return `${path}.next`;
}

function fromEnv({ source, env }: MasterKeyOptions): Uint8Array {
  const name = 'env' in source ? source.env : '';
  const text = env[name];
  if (text === undefined)
    throw new ServerError('bad-config', `The environment variable ${name} with the master key is not set.`);
  return decodeKey(text.trim(), `the environment variable ${name}`);
}

function decodeKey(text: string, where: string): Uint8Array {
  let key: Uint8Array;
  try {
    key = fromBase64(text);
  } catch {
    key = new Uint8Array(0);
  }
  if (key.length !== XAES_KEY_BYTES)
    throw new ServerError('bad-config', `The master key in ${where} must be 32 bytes in base64.`);
  return key;
}
