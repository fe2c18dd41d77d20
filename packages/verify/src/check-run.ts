import { VerifyError } from './verify-error.ts';

/** `absent`: what the check would judge is not there, or could not be judged as another check failed. */
export type CheckResult = 'pass' | 'FAIL' | 'absent';
export type Check = { readonly name: string; readonly result: CheckResult; readonly sentence: string };

/** What a check found: what later checks build on, and one plain sentence. */
export type Found<T> = { readonly value: T; readonly sentence: string; readonly absent?: true };

export type CheckRun = {
  readonly checks: readonly Check[];
  /** Runs one check. Whatever it throws is a failed check, never a crash. Undefined where it failed. */
  judge<T>(name: string, check: () => Found<T>): T | undefined;
  /** Records that a check was not run. */
  leaveOut(names: readonly string[], why: string): void;
};

export function createCheckRun(): CheckRun {
  const checks: Check[] = [];
  const add = (name: string, result: CheckResult, sentence: string) =>
    checks.push({ name, result, sentence: printable(sentence) });
  return {
    checks,
    judge(name, check) {
      try {
        const found = check();
        add(name, found.absent ? 'absent' : 'pass', found.sentence);
        return found.value;
      } catch (error) {
        add(name, 'FAIL', sentenceOf(error));
        return undefined;
      }
    },
    leaveOut(names, why) {
      for (const name of names) add(name, 'absent', why);
    },
  };
}

function sentenceOf(error: unknown): string {
  if (error instanceof VerifyError) return error.message;
  return `It could not be judged (${error instanceof Error ? error.name : 'unknown error'}).`;
}

/** Sentences quote what they judge: control signs and signs that turn the direction of text never reach a terminal. */
function printable(sentence: string): string {
  return sentence.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd').slice(0, 600);
}
