/** What a call came to: a value, or an error of the one kind it may throw. */
export type Outcome<T> = { readonly value: T } | { readonly refused: string };

type ErrorClass = abstract new (...args: never[]) => Error;

/** Runs what may refuse by an error of `kind`; any other error is a finding and goes on. */
export function outcomeOf<T>(kind: ErrorClass, run: () => T): Outcome<T> {
  try {
    return { value: run() };
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    return { refused: error.message };
  }
}

/** Both accept, or both refuse. @returns the two values where both accept */
export function sameVerdict<A, B>(a: Outcome<A>, b: Outcome<B>, names: string): [A, B] | undefined {
  if ('value' in a && 'value' in b) return [a.value, b.value];
  if ('refused' in a && 'refused' in b) return undefined;
  const why =
    'refused' in a ? `the first refuses: ${a.refused}` : 'refused' in b && `the second refuses: ${b.refused}`;
  throw new Error(`${names} disagree; ${why}`);
}
