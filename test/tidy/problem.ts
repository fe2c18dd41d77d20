import type { ParsedSource } from './parse-sources.ts';

/** Something that breaks a rule: where, and what to do. */
export type Problem = { readonly path: string; readonly line?: number; readonly message: string };

/** The text files of the repository, with the code among them parsed. Paths are relative to the root, with `/`. */
export type Tree = {
  readonly texts: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, ParsedSource>;
};

export type Rule = {
  readonly name: string;
  readonly check: (tree: Tree) => Problem[];
  /** Files that break the rule, each of which must be found: the proof that the rule bites. */
  readonly bad: Readonly<Record<string, string>>;
  /** Files that must lie beside them for that. */
  readonly beside?: Readonly<Record<string, string>>;
};

export const isTest = (path: string): boolean => /\.(?:test|suite)\.ts$|(?:^|\/)test[/-]/.test(path);
export const isCode = (path: string): boolean => /\.(?:ts|tsx|mts|js|mjs)$/.test(path);
