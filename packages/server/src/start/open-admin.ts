import { join } from 'node:path';
import { systemRandom } from '../accounts/random.ts';
import { type AdminServer, type AdminServerConfig, createAdminServer } from '../admin/admin-server.ts';
import type { Config } from '../config/config.ts';
import { findConsole } from '../console/console-files.ts';
import { openCredentialsStore } from '../sign-in/credentials-store.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import type { Storage } from './open-storage.ts';

type Given = Omit<
  AdminServerConfig,
  'signIn' | 'secure' | 'hostNames' | 'host' | 'port' | 'store' | 'appender' | 'published' | 'consoleFolder'
>;

/** The admin API with the console and the ways to sign in to it, by the address that people reach it under. */
export function openAdmin(
  { dataDir, admin: { host, port, publicUrl } }: Config,
  { appender, store, reader }: Pick<Storage, 'appender' | 'store' | 'reader'>,
  given: Given,
): AdminServer {
  const { clock, operators } = given;
  const credentials = openCredentialsStore(join(dataDir, 'sign-in.sqlite'));
  const signIn = createSignIn({
    operators,
    store: credentials,
    clock,
    random: systemRandom,
    record: (entry) => appender.append({ entry }),
  });
  const reached = publicUrl === null ? null : URL.parse(publicUrl);
  const server = createAdminServer({
    ...given,
    store,
    appender,
    published: reader,
    host,
    port,
    signIn,
    hostNames: reached === null ? [] : [reached.hostname.toLowerCase()],
    secure: reached?.protocol === 'https:',
    consoleFolder: findConsole(),
  });
  return {
    listen: server.listen,
    async close() {
      await server.close();
      credentials.close();
    },
  };
}
