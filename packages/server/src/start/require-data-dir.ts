import { accessSync, constants, mkdirSync } from 'node:fs';
import { ServerError } from '../server-error.ts';

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission',
  EPERM: 'there is no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
};

/** Makes the data directory where it is missing. @throws ServerError `bad-config` where nothing can be kept in it */
export function requireDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new ServerError(
      'bad-config',
      `Nothing can be kept in the data directory ${dataDir}: ${WHY[code] ?? code}. Name another with --data DIR.`,
      { cause },
    );
  }
}
