import assert from 'node:assert/strict';
import type { Judgement } from '../src/verdict.ts';
import { verifyBundle } from '../src/verify-bundle.ts';
import { canonical, type Changes, TRUST, writeBundle } from './bundle-writer.ts';
import { trustOf } from './trusts.ts';

// Writes a bundle with changes, judges it, and says what must be found wrong.

export const trust = trustOf(TRUST);

export function judge(changes: Changes, by = trust): Judgement {
  return verifyBundle(writeBundle(changes), by);
}

/** The bundle fails, in the named check, with a sentence like `like`. */
export function assertFails(changes: Changes, name: string, like: RegExp, by = trust): void {
  const judgement = judge(changes, by);
  const failed = judgement.checks.filter((check) => check.result === 'FAIL');
  assert.equal(judgement.verdict, 'failed');
  assert.ok(
    failed.some((check) => check.name === name && like.test(check.sentence)),
    JSON.stringify(failed, null, 1),
  );
}

export function edit(path: string, change: (value: never) => unknown): Pick<Changes, 'editFiles'> {
  return {
    editFiles(files) {
      const value = JSON.parse(Buffer.from(files.get(path) as Uint8Array).toString()) as never;
      files.set(path, canonical(change(value)));
    },
  };
}

export function editLines(path: string, change: (lines: string[]) => string[]): Pick<Changes, 'editFiles'> {
  return {
    editFiles(files) {
      const text = Buffer.from(files.get(path) as Uint8Array).toString();
      const lines = change(text.split('\n').slice(0, -1));
      files.set(path, new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    },
  };
}

export function manifest(change: (value: Record<string, object>) => void): Pick<Changes, 'editManifest'> {
  return { editManifest: change as never };
}
