import { join } from 'node:path';
import { systemRandom } from '../accounts/random.ts';
import { type AdminServer, type AdminServerConfig, createAdminServer } from '../admin/admin-server.ts';
import type { Config } from '../config/config.ts';
import { findConsole } from '../console/console-files.ts';
import { openCredentialsStore } from '../sign-in/credentials-store.ts';
import { createOrganisation, type Organisation } from '../sign-in/organisation.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import type { Storage } from './open-storage.ts';

type Given = Omit<
  AdminServerConfig,
  | 'signIn'
  | 'organisation'
  | 'secure'
  | 'hostNames'
  | 'host'
  | 'port'
  | 'store'
  | 'appender'
  | 'published'
  | 'consoleFolder'
>;

/** The admin API with the console and the ways to sign in to it, by the address that people reach it under. */
export function openAdmin(
  { dataDir, admin: { host, port, publicUrl, openid } }: Config,
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
    organisation: openOrganisation(openid, publicUrl, given),
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

/** Undefined where it is not set; settings that are set are complete by now. */
function openOrganisation(
  { issuer, clientId, clientSecret, ...rest }: Config['admin']['openid'],
  publicUrl: string | null,
  { clock, log }: Pick<Given, 'clock' | 'log'>,
): Organisation | undefined {
  if (issuer === null || clientId === null || clientSecret === null || publicUrl === null) return undefined;
  const openid = { ...rest, issuer, clientId, clientSecret };
  return createOrganisation({ openid, publicUrl, clock, random: systemRandom, log });
}
