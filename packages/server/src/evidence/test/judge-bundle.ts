import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ExportRequest, writeTlogPolicy } from '../export-bundle.ts';
import type { World } from './make-case.ts';

// Asks for bundles, has the separate verifier judge them, and reads them.

const manifestPath = createRequire(import.meta.url).resolve('@portcullis/verify');
const VERIFIER = join(dirname(dirname(manifestPath)), 'bin', 'portcullis-verify.js');

export function judge(world: World, dir: string) {
  const trust = join(world.dataDir, 'trust.policy');
  writeFileSync(trust, writeTlogPolicy(world.ports.vkeys));
  const args = ['--conditions=portcullis-source', VERIFIER, dir, '--trust', trust, '--json'];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.notEqual(run.status, 2, run.stderr);
  return JSON.parse(run.stdout) as {
    verdict: string;
    checks: { name: string; result: string; sentence: string }[];
  };
}

export function request(world: World, more: Partial<ExportRequest> = {}): ExportRequest {
  const asked = { requester: 'A court', purpose: 'To decide', legalBasis: 'An order', by: 'ada' };
  return { caseId: 'case-1', outDir: join(world.dataDir, 'bundles'), ...asked, ...more };
}

export function manifestOf(dir: string) {
  const envelope = JSON.parse(readFileSync(join(dir, 'manifest.dsse.json'), 'utf8')) as { payload: string };
  return JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
    absent: { point: number; what: string }[];
    createdAt: string;
    period: { from: string; to: string };
    points: Record<string, string[]>;
    files: Record<string, unknown>;
  };
}

export const failures = (judgement: ReturnType<typeof judge>) =>
  JSON.stringify(judgement.checks.filter((check) => check.result === 'FAIL'));

/** A JSON file of a bundle. */
export function readJsonFile<T>(dir: string, path: string): T {
  return JSON.parse(readFileSync(join(dir, path), 'utf8')) as T;
}
