import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { sayReloaded } from './cli/commands/reload.ts';
import { explain } from './cli/exits.ts';
import type { Config } from './config/config.ts';
import { type LoadedConfig, loadConfig } from './config/load-config.ts';
import { createScreen, type Screen } from './practice/rehearsal/screen.ts';
import { endOnSignals } from './start/end-on-signals.ts';
import { createLog, type LogLevel } from './start/log.ts';
import { openServer, type Server } from './start/open-server.ts';
import {
  issuePracticeKey,
  markPracticeData,
  playRehearsal,
  practiceOperators,
  practiceSettings,
  refusePracticeData,
  withPracticeUpstream,
} from './start/practice.ts';
import { removeRunFile, writeRunFile } from './start/run-file.ts';
import { requireDataDir } from './start/require-data-dir.ts';
import { ServerError } from './server-error.ts';
import { VERSION } from './version.ts';

/** What `portcullis start` was told on its command line. */
export type StartOptions = {
  /** A configuration file other than `portcullis.yaml` in this folder. */
  readonly configFile?: string;
  readonly dataDir?: string;
  readonly port?: number;
  readonly adminPort?: number;
  /** Play the two reviewers of the rehearsal. */
  readonly yes: boolean;
  readonly rehearsal: boolean;
  /** Go on without data keys that are gone from the vault, and record it. */
  readonly declareKeysLost: boolean;
  /** Make a further admin's token and print it. */
  readonly newAdminToken: boolean;
  readonly logLevel: LogLevel;
};

/**
 * Runs a gate until a signal ends it.
 * @returns the exit status: 0 after a signal, another one where it could not go on
 * @throws ServerError where it can not start
 */
export async function start(options: StartOptions): Promise<number> {
  // Keys, tokens' hashes and content: nothing of it is for other users of this machine.
  process.umask(0o077);
  const screen = createScreen();
  const log = createLog(options.logLevel, (line) => process.stderr.write(line));
  const loaded = load(options);
  for (const warning of loaded.warnings) screen.line(`Note: ${warning}`);
  const configured = withOptions(loaded.config, options);
  const practice = loaded.mode === 'practice' ? await withPracticeUpstream(configured) : undefined;
  const config = practice?.config ?? configured;
  if (options.yes && practice === undefined)
    screen.line('Note: --yes plays the rehearsal, and there is none in front of a real model.');
  requireDataDir(config.dataDir);
  if (practice === undefined) refusePracticeData(config.dataDir);
  else markPracticeData(config.dataDir);
  const ending = endOnSignals();
  const running: { server?: Server } = {};
  reloadOnSignal(
    () => running.server,
    screen,
    () => ending.end(),
  );
  const again = (): Config => loadAgain(options, loaded, practice && config);
  const server = await openServer({
    config,
    version: VERSION,
    log,
    onChecking: showChecking(screen),
    declareKeysLost: options.declareKeysLost,
    newAdminToken: options.newAdminToken,
    loadConfig: again,
  });
  running.server = server;
  // Whoever finds the run file finds the tokens too.
  const tokens = practice && (await practiceOperators(config, server));
  writeRunFile(config.dataDir, { pid: process.pid, gateUrl: server.gateUrl, adminUrl: server.adminUrl });
  let status = 0;
  void server.failed.then((error) => {
    const { exit, message, hint } = explain(error);
    screen.line(`Portcullis can not go on: ${message}`);
    if (hint !== '') screen.line(hint);
    status = exit;
    ending.end();
  });
  if (tokens === undefined) welcome(server, loaded.source, screen);
  else await practise({ server, config, options, tokens, screen, signal: ending.signal });
  await ending.ended;
  screen.line('Stopping: running exchanges finish, the ledger is published.');
  removeRunFile(config.dataDir);
  await server.stop();
  await practice?.upstream.close();
  return status;
}

/** A small ledger is checked before anybody would read a line about it. */
function showChecking(screen: Screen): (checked: number, total: number) => void {
  return (checked, total) => {
    if (total >= 50_000)
      screen.progress('Checking the ledger', checked, total, `${checked} of ${total} entries`);
  };
}

function load({ configFile }: StartOptions): LoadedConfig {
  const from = { cwd: process.cwd(), env: process.env };
  return loadConfig(configFile === undefined ? from : { ...from, file: configFile });
}

/** The settings as a reload wants them: with the same options, and in practice with the upstream that is there. */
function loadAgain(options: StartOptions, first: LoadedConfig, practice: Config | undefined): Config {
  const { config, mode } = load(options);
  if (mode !== first.mode) {
    const sentence =
      'Practice mode is left, or begun, by a restart only; name an upstream or none, as when it started.';
    throw new ServerError('bad-config', sentence);
  }
  const configured = withOptions(config, options);
  return practice === undefined ? configured : practiceSettings(configured, practice.upstreams);
}

/** SIGHUP reloads the settings; where it tells that the terminal has gone, it ends the run as it always did. */
function reloadOnSignal(running: () => Server | undefined, screen: Screen, end: () => void): void {
  const hadTerminal = isatty(0);
  process.on('SIGHUP', () => {
    if (hadTerminal && !isatty(0)) return end();
    const server = running();
    if (server === undefined)
      return screen.line('The start reads the settings as they are now; nothing to reload yet.');
    server.reload().then(
      (reloaded) => {
        for (const sentence of sayReloaded(reloaded)) screen.line(sentence);
      },
      (error: unknown) => screen.line(`The settings stay as they were: ${explain(error).message}`),
    );
  });
}

function withOptions(config: Config, { dataDir, port, adminPort }: StartOptions): Config {
  return {
    ...config,
    dataDir: dataDir === undefined ? config.dataDir : resolve(dataDir),
    gate: { ...config.gate, port: port ?? config.gate.port },
    admin: { ...config.admin, port: adminPort ?? config.admin.port },
  };
}

function welcome(server: Server, source: string, screen: Screen): void {
  screen.line(screen.bold(`Portcullis ${VERSION}`) + ` (${source})`);
  screen.line(`  gate       ${server.gateUrl}`);
  screen.line(`  console    ${server.adminUrl}/console/ (and the admin API)`);
  if (server.newAdmin === undefined) return;
  screen.line();
  screen.line('  Your admin token, shown this once. Keep it where others can not read it:');
  screen.line(`    export PORTCULLIS_TOKEN=${server.newAdmin.token}`);
  screen.line('  Then make an account and a key for a caller:');
  screen.line('    npx portcullis account create NAME');
  screen.line('    npx portcullis key issue NAME');
}

type Practice = {
  readonly server: Server;
  readonly config: Config;
  readonly options: StartOptions;
  readonly tokens: Readonly<Record<string, string>>;
  readonly screen: Screen;
  readonly signal: AbortSignal;
};

async function practise({ server, config, options, tokens, screen, signal }: Practice): Promise<void> {
  screen.line(
    screen.bold(`Portcullis ${VERSION}, in practice mode`) +
      ': no model provider is configured, so a practice upstream answers.',
  );
  screen.line(`  gate       ${server.gateUrl}`);
  screen.line(`  console    ${server.adminUrl}/console/ (and the admin API)`);
  screen.line(`  data       ${config.dataDir}`);
  screen.line(
    `  people     ${Object.keys(tokens).join(', ')}; their tokens are in practice-operators.json there`,
  );
  screen.line();
  if (!options.rehearsal) return sayHowToCall(server, tokens, screen);
  try {
    await playRehearsal({ dataDir: config.dataDir, server, tokens, yes: options.yes, screen, signal });
    await sayWhatNext(server, tokens, screen);
  } catch (error) {
    if (signal.aborted) return;
    screen.line(`The rehearsal stopped: ${error instanceof Error ? error.message : 'an unknown error'}`);
    screen.line('The gate stays up. Stop it with Ctrl-C, and run npm start again to rehearse once more.');
  }
}

type Tokens = Readonly<Record<string, string>>;

async function sayWhatNext(server: Server, tokens: Tokens, screen: Screen): Promise<void> {
  screen.line();
  screen.line(
    screen.bold('The rehearsal is over; the gate stays up.') + ' Ctrl-C stops it. To try it yourself:',
  );
  await sayHowToCall(server, tokens, screen);
}

/** A newcomer gets a key of their own at the first start, shown that once; later ones say how to get another. */
async function sayHowToCall(server: Server, tokens: Tokens, screen: Screen): Promise<void> {
  const key = await issuePracticeKey(server.adminUrl, tokens['admin'] ?? '');
  if (key === undefined)
    screen.line('  npx portcullis key issue you --as admin   # prints a key of the account "you"');
  else screen.line('  A key of the account "you", shown this once:');
  screen.line(
    `  OPENAI_BASE_URL=${server.gateUrl}/v1 OPENAI_API_KEY=${key ?? '<that key>'} your-program   # model: practice-small`,
  );
  screen.line(
    'With OPENAI_API_KEY or ANTHROPIC_API_KEY set, or after "npx portcullis init", it fronts the real thing.',
  );
}
