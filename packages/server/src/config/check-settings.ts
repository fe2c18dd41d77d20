import { isLoopback } from './is-loopback.ts';
import { checkWitnesses } from './check-witnesses.ts';
import { checkOpenId } from './check-openid.ts';
import type { Config } from './config.ts';

/** What no single setting shows: the ones that contradict each other. Each a sentence with a name in it and what to do. */
export function findContradictions(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const { gate, ledger, vault, admin } = config;
  const found: { path: readonly (string | number)[]; message: string }[] = [];
  const atLeast = (path: readonly string[], value: number, least: number, what: string): void => {
    if (value < least) {
      found.push({
        path,
        message: `${path.join('.')} is ${value}, but ${what} makes ${least} the least that works.`,
      });
    }
  };
  // An exchange is appended with its whole body, sealed, and its entry: with less room no large request could ever pass.
  const body = gate.bodyBytesMax + ROOM_BYTES;
  atLeast(
    ['ledger', 'pendingBytesMax'],
    ledger.pendingBytesMax,
    body,
    `gate.bodyBytesMax (${gate.bodyBytesMax})`,
  );
  const answer = vault.responseBytesMax + ROOM_BYTES;
  const kept = `vault.responseBytesMax (${vault.responseBytesMax})`;
  atLeast(['ledger', 'pendingBytesMax'], ledger.pendingBytesMax, answer, kept);
  const bodies = `gate.bodyBytesMax (${gate.bodyBytesMax})`;
  atLeast(['gate', 'bodyMemoryBytesMax'], gate.bodyMemoryBytesMax, gate.bodyBytesMax, bodies);
  const pace = `ledger.publishIntervalMs (${ledger.publishIntervalMs})`;
  atLeast(['ledger', 'archiveIntervalMs'], ledger.archiveIntervalMs, ledger.publishIntervalMs, pace);
  if (gate.port !== 0 && gate.port === admin.port) {
    found.push({
      path: ['admin', 'port'],
      message: `admin.port and gate.port are both ${gate.port}; give each its own.`,
    });
  }
  found.push(...checkMasterKey(config, env), ...checkUpstreams(config));
  found.push(...checkWitnesses(config), ...checkOpenId(config));
  return found;
}

/** An entry of 8 KiB, its frame, nonce and tag, with room to spare. */
const ROOM_BYTES = 65_536;

function checkMasterKey(config: Config, env: Readonly<Record<string, string | undefined>>) {
  const { masterKey } = config.vault;
  if (!('env' in masterKey)) return [];
  const value = env[masterKey.env];
  if (value !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(value)) return [];
  const why = value === undefined ? 'is not set' : 'does not hold 32 bytes in base64';
  const message =
    `vault.masterKey.env names ${masterKey.env}, which ${why}. Make one with: ` +
    `node -p "crypto.randomBytes(32).toString('base64')", and keep a copy apart from the data.`;
  return [{ path: ['vault', 'masterKey'], message }];
}

function checkUpstreams(config: Config) {
  const found: { path: readonly (string | number)[]; message: string }[] = [];
  const names = new Set<string>();
  for (const [index, upstream] of config.upstreams.entries()) {
    const path = ['upstreams', index];
    if (names.has(upstream.name)) {
      found.push({ path, message: `two upstreams are named ${upstream.name}; give each a name of its own.` });
    }
    names.add(upstream.name);
    const url = URL.canParse(upstream.baseUrl) ? new URL(upstream.baseUrl) : undefined;
    if (url === undefined || url.search !== '' || url.hash !== '') {
      found.push({
        path,
        message: `upstreams[${index}].baseUrl is not an address such as https://api.openai.com.`,
      });
    } else if (url.username !== '' || url.password !== '') {
      found.push({
        path,
        message: `upstreams[${index}].baseUrl holds a name or password; put the key into apiKey.`,
      });
    } else if (isOwnAddress(url, config)) {
      const message = `upstreams[${index}].baseUrl is this gate's own address: it would call itself. Unset OPENAI_BASE_URL or ANTHROPIC_BASE_URL here, or name the provider.`;
      found.push({ path, message });
    }
  }
  return found;
}

/** Callers export the gate's address in the very variables that name an upstream; in one shell, that is a loop. */
function isOwnAddress(url: URL, config: Config): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return port === config.gate.port && (isLoopback(url.hostname) || url.hostname === config.gate.host);
}
