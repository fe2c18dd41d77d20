import { isLoopback } from './is-loopback.ts';
import type { Config } from './config.ts';

/** Settings that work but that an operator should know about; each a sentence. Never holds a secret. */
export function findWarnings(
  config: Config,
  isLiteral: (path: readonly (string | number)[]) => boolean,
): string[] {
  const warnings: string[] = [];
  if (config.admin.openid.clientSecret !== null && isLiteral(['admin', 'openid', 'clientSecret']))
    warnings.push(
      'admin.openid.clientSecret stands in the file as it is; write ${OPENID_CLIENT_SECRET} and set that instead.',
    );
  for (const [index, upstream] of config.upstreams.entries()) {
    const name = `upstreams[${index}]`;
    if (upstream.apiKey !== null && isLiteral(['upstreams', index, 'apiKey'])) {
      warnings.push(
        `${name}.apiKey stands in the file as it is; write \${${variableFor(upstream.name)}} and set that instead.`,
      );
    }
    const { protocol, hostname } = new URL(upstream.baseUrl);
    if (protocol === 'http:' && !isLoopback(hostname)) {
      warnings.push(`${name}.baseUrl is not https: keys and prompts travel in the clear.`);
    }
  }
  for (const [index, { url }] of config.witnesses.entries()) {
    if (!isLoopback(new URL(url).hostname)) continue;
    warnings.push(
      `witnesses[${index}].url is on this machine: a witness that you run yourself proves nothing against you.`,
    );
  }
  for (const part of ['gate', 'admin'] as const) {
    if (isLoopback(config[part].host)) continue;
    warnings.push(
      `${part}.host is ${config[part].host}: it is reachable from other machines without TLS; put a proxy with TLS in front.`,
    );
  }
  return warnings;
}

const variableFor = (name: string): string => `${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_API_KEY`;
