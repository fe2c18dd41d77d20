#!/usr/bin/env node
// Starts Portcullis. Plain JavaScript that Node 20 can read: where the running Node is older than Portcullis needs, it
// goes on in the pinned Node of the npm package `node-<platform>-<arch>`.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** From here on `node:crypto` has ML-DSA-44, with which checkpoints are signed. */
const NODE_MIN = [24, 8];
/** Resolves workspace siblings to their sources instead of `dist/`. */
const SOURCE_CONDITION = '--conditions=portcullis-source';

const launcher = fileURLToPath(import.meta.url);
const packageFolder = dirname(dirname(launcher));
const sourceEntry = join(packageFolder, 'src', 'cli', 'main.ts');
const fromSource = !/[\\/]node_modules[\\/]/.test(launcher) && existsSync(sourceEntry);
const entry = fromSource ? sourceEntry : join(packageFolder, 'dist', 'cli', 'main.js');

/** @param {string} version such as 24.21.0 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/** The pinned Node of this platform, or undefined where none is installed. */
function findPinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`);
    if (!isNewEnough(JSON.parse(readFileSync(manifest, 'utf8')).version)) return undefined;
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    // Were the pinned Node itself too old, starting it again would never end.
    return existsSync(path) && realpathSync(path) !== realpathSync(process.execPath) ? path : undefined;
  } catch {
    return undefined;
  }
}

function hasSourceCondition() {
  const given = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)].join(' ');
  return /(?:--conditions|-C)[= ]portcullis-source/.test(given);
}

/**
 * Goes on in another Node, in place of this process where the platform can; else as a child that gets our signals and whose
 * exit is ours.
 * @param {string} node
 */
function continueIn(node) {
  const flags = [...process.execArgv];
  if (fromSource && !hasSourceCondition()) flags.push(SOURCE_CONDITION);
  const args = [...flags, launcher, ...process.argv.slice(2)];
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    // It would announce that execve is experimental; nothing of this process lives on to be surprised.
    process.removeAllListeners('warning');
    process.execve(node, [node, ...args], process.env);
  }
  const child = spawn(node, args, { stdio: 'inherit' });
  // A terminal sends these to the child as well; sent twice, the second would look like a person's impatience.
  const fromTerminal = process.stdin.isTTY === true;
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !fromTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`portcullis: ${node} did not start: ${error.message}\n`);
    process.exitCode = 70;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse(sentence) {
  process.stderr.write(`portcullis: ${sentence}\n`);
  process.exitCode = 69;
}

function launch() {
  if (!isNewEnough(process.versions.node)) {
    const pinned = findPinnedNode();
    if (pinned !== undefined) return continueIn(pinned);
    return refuse(
      `Node ${NODE_MIN.join('.')} or later is needed; this is ${process.versions.node}, and no pinned Node for ` +
        `${process.platform}-${process.arch} is installed. Run "npm install" without --omit=optional, or install Node 24 ` +
        'from https://nodejs.org and start again.',
    );
  }
  if (!existsSync(entry))
    return refuse(`${entry} is missing. Run "npm run build", or install the package again.`);
  if (fromSource && !hasSourceCondition()) return continueIn(process.execPath);
  return import(pathToFileURL(entry).href);
}

await launch();
