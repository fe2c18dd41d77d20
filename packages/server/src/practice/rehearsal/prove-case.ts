import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeTlogPolicy } from '../../evidence/tlog-policy.ts';
import type { AdminCalls } from './admin-calls.ts';
import type { RehearsalOptions, RehearsalResult } from './rehearsal.ts';

const run = promisify(execFile);

/** Exports the case and has the separate verifier, a program of its own, judge the bundle against keys written apart from it. */
export async function proveCase(
  caseId: string,
  admin: AdminCalls,
  { screen, dataDir }: RehearsalOptions,
): Promise<RehearsalResult> {
  const exported = await admin.post<{ dir: string; files: number }>(`/v1/cases/${caseId}/export`, {
    requester: 'rehearsal',
    purpose: 'To show what a stranger can check.',
    legalBasis: 'none: synthetic traffic',
  });
  const { vkeys } = await admin.get<{ vkeys: string[] }>('/v1/ledger');
  const trust = join(dataDir, 'trust.policy');
  await writeFile(trust, writeTlogPolicy(vkeys));
  screen.line(screen.bold('Evidence') + `: ${exported.files} files in ${exported.dir}`);
  screen.line(`  npx portcullis-verify ${exported.dir} --trust ${trust}`);
  const { stdout } = await run(process.execPath, [verifierPath(), exported.dir, '--trust', trust]);
  for (const line of stdout.trimEnd().split('\n')) screen.line(`  ${line}`);
  const verdict = stdout.split('\n').find((line) => /^(Verified|Failed)/i.test(line)) ?? '';
  return { case: caseId, bundleDir: exported.dir, verdict };
}

/** The verifier's command, in `bin` beside the folder that its package's entry lies in. */
function verifierPath(): string {
  const entry = createRequire(import.meta.url).resolve('@portcullis/verify');
  return join(dirname(dirname(entry)), 'bin', 'portcullis-verify.js');
}
