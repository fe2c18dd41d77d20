import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MODEL } from './exchange.ts';
import type { Address } from './load.ts';
import { installLitellm, installPortkey } from './peers.ts';
import { freePort } from '../../packages/server/src/test/free-port.ts';
import { type Programs, waitFor, waitForPort } from './programs.ts';
import { startPortcullis } from './portcullis.ts';

/** Something that stands between callers and the upstream. `pid` leads all its processes; 0 where there is none. */
export type Target = Address & { readonly pid: number; readonly version: string };

export type TargetStart = (programs: Programs, upstreamPort: number) => Promise<Target>;

const HARNESS = import.meta.dirname;

export async function startUpstream(programs: Programs): Promise<number> {
  const port = await freePort();
  await waitForPort(programs.start(process.execPath, [join(HARNESS, 'upstream.ts'), String(port)]), port);
  return port;
}

/** In the order of the tables. */
export const TARGETS: Readonly<Record<string, TargetStart>> = {
  direct: async (_programs, port) => ({ port, headers: {}, pid: 0, version: '' }),
  nginx: startNginx,
  raw: startRaw,
  portcullis: startPortcullis,
  portkey: startPortkey,
  litellm: startLitellm,
};

/** What is known to be missing from a table, and why. */
export const NOT_MEASURED: Readonly<Record<string, string>> = {
  bifrost:
    'github.com/maximhq/bifrost/transports v1.6.0 comes from the Go module proxy, but the checksum database does not know it (404), so the go command refuses it; that check was not switched off',
  gomodel:
    'github.com/enterpilot/gomodel v0.1.69 is not served by the Go module proxy that was reached (403)',
};

async function startRaw(programs: Programs, upstreamPort: number): Promise<Target> {
  const port = await freePort();
  const args = [join(HARNESS, 'raw-proxy.ts'), String(port), String(upstreamPort)];
  const program = programs.start(process.execPath, args);
  await waitForPort(program, port);
  return { port, headers: {}, pid: program.pid, version: `Node ${process.versions.node}` };
}

/** As nginx documents a proxy with kept connections (ngx_http_upstream_module, keepalive), unbuffered as server-sent events need it. */
async function startNginx(programs: Programs, upstreamPort: number): Promise<Target> {
  const port = await freePort();
  const folder = programs.folder();
  for (const name of ['logs', 'temp']) mkdirSync(join(folder, name));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, 'temp', kind)};`,
  );
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes auto; pid ${join(folder, 'nginx.pid')}; error_log stderr warn;
events { worker_connections 4096; }
http {
  ${temp.join(' ')}
  access_log off; tcp_nodelay on; client_body_buffer_size 64k; keepalive_requests 1000000000;
  upstream model { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} reuseport;
    location / {
      proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`,
  );
  const program = programs.start('nginx', ['-p', folder, '-c', config]);
  await waitForPort(program, port, 10_000);
  return { port, headers: {}, pid: program.pid, version: 'Debian' };
}

async function startPortkey(programs: Programs, upstreamPort: number): Promise<Target> {
  const { program: script, version } = installPortkey();
  const port = await freePort();
  const program = programs.start(process.execPath, [script, `--port=${port}`, '--headless'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  await waitForPort(program, port);
  const headers = {
    authorization: 'Bearer key',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  };
  return { port, headers, pid: program.pid, version };
}

/** It loads for long, on a busy machine for minutes. */
const LITELLM_START_MS_MAX = 240_000;

/** As its page on production has it: one worker a core, nothing verbose, no database; under gunicorn, its choice for several workers. */
async function startLitellm(programs: Programs, upstreamPort: number): Promise<Target> {
  const { program: command, version } = installLitellm();
  const port = await freePort();
  const folder = programs.folder();
  const config = join(folder, 'config.yaml');
  const parameters = {
    model: `openai/${MODEL}`,
    api_key: 'key',
    api_base: `http://127.0.0.1:${upstreamPort}/v1`,
  };
  const settings = {
    model_list: [{ model_name: MODEL, litellm_params: parameters }],
    litellm_settings: { request_timeout: 600, set_verbose: false, json_logs: true, telemetry: false },
  };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings));
  const key = `sk-${randomBytes(32).toString('hex')}`;
  const workers = String(availableParallelism());
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port)];
  args.push('--num_workers', workers, '--run_gunicorn');
  const program = programs.start(command, args, {
    cwd: folder,
    env: {
      ...process.env,
      LITELLM_MASTER_KEY: key,
      LITELLM_MODE: 'PRODUCTION',
      LITELLM_LOG: 'ERROR',
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    },
  });
  await waitFor(program, () => answers(`http://127.0.0.1:${port}/health/liveliness`), LITELLM_START_MS_MAX);
  return { port, headers: { authorization: `Bearer ${key}` }, pid: program.pid, version };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
