// References of early exchanges that show what is counted, so that a sentence can cite them.

/** Kept of each sort. */
export const EXAMPLES = 3;

/** Shared, as most accounts have none of most sorts. */
export const NONE: readonly number[] = [];

/** Anew, as an array that grows keeps room for many more. */
export const withExample = (examples: readonly number[], ref: number): readonly number[] =>
  examples.length < EXAMPLES ? [...examples, ref] : examples;
