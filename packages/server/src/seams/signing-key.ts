import {
  generateSigningKey,
  readSigningKey,
  type SigningKey,
  writeSigningKey,
} from '@portcullis/record/signing';
import { dirname } from 'node:path';
import { ServerError } from '../server-error.ts';
import { syncDirectory } from './durable-files.ts';
import type { FileSystem } from './file-system.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export type SigningKeyOptions = {
  readonly fs: FileSystem;
  readonly path: string;
  readonly algorithm: SigningKey['algorithm'];
  /** Whether a missing key is made: only while nothing was ever signed. */
  readonly create: boolean;
  /** What to say where it is missing and may not be made. */
  readonly missing: string;
};

/**
 * A signing key of this machine, PKCS #8 PEM with mode 0600; durable, name and all, when this returns.
 * @throws ServerError `bad-config` where permissions are looser, the key is missing or another kind of key; RecordError `bad-key`
 */
export function openSigningKey({ fs, path, algorithm, create, missing }: SigningKeyOptions): SigningKey {
  const pem = readPrivateFile(fs, path);
  if (pem === undefined) {
    if (!create) throw new ServerError('bad-config', missing);
    const made = generateSigningKey(algorithm);
    writePrivateFile(fs, path, writeSigningKey(made));
    return made;
  }
  // A first start that was killed may have made it and not synced its name; what it signs must not outlive it.
  if (create) syncDirectory(fs, dirname(path));
  const key = readSigningKey(pem);
  if (key.algorithm !== algorithm)
    throw new ServerError('bad-config', `The key in ${path} is ${key.algorithm}, not ${algorithm}.`);
  return key;
}
