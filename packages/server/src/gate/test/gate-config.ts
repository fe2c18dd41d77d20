import type { UpstreamConfig } from '../../config/config.ts';
import type { GateConfigView } from '../gate-ports.ts';

export function upstreamConfig(
  name: string,
  baseUrl: string,
  more: Partial<UpstreamConfig> = {},
): UpstreamConfig {
  return {
    name,
    shape: 'openai',
    baseUrl,
    apiKey: 'sk-upstream-secret',
    models: ['*'],
    connectTimeoutMs: 1_000,
    headersTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
    connectionsMax: 64,
    attempts: 2,
    ...more,
  };
}

export function gateConfig(
  upstreams: readonly UpstreamConfig[],
  gate: Partial<GateConfigView['gate']> = {},
  more: Partial<GateConfigView> = {},
): GateConfigView {
  return {
    gate: {
      host: '127.0.0.1',
      port: 0,
      workers: 1,
      bodyBytesMax: 32 * 1024 * 1024,
      headerBytesMax: 32_768,
      headersTimeoutMs: 10_000,
      bodyIdleTimeoutMs: 10_000,
      bodyMemoryBytesMax: 256 * 1024 * 1024,
      connectionsMax: 16_384,
      exchangesMax: 10_000,
      admissionTimeoutMs: 10_000,
      drainTimeoutMs: 2_000,
      allowPaths: [],
      ...gate,
    },
    upstreams,
    standing: { slow: { delayMs: 100, limitsFactor: 0.5 }, plain: 'strip' },
    contact: 'mail appeals@example.org',
    vault: { masterKey: { env: 'NONE' }, retentionDays: null, responseBytesMax: 1_048_576 },
    limits: {},
    ...more,
  };
}
