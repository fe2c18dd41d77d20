import { PrivacyError } from '../privacy-error.ts';

/**
 * Which pairs of data sets must look alike. `add-remove`: one has all of a unit's records, the other none. `replace-one`: both have as
 * many units, and one unit's records differ. A loss under one says nothing of a loss under the other until it is converted, so the two
 * do not mix: everything that was released or spent carries its adjacency in its type.
 */
export type Adjacency = 'add-remove' | 'replace-one';

/** Makes a type hold exactly one adjacency: a list of both is no list of either. */
export type Under<A extends Adjacency> = { readonly adjacency: A; readonly invariant?: (adjacency: A) => A };

/** Whose records are protected together, and how much of them is counted. Named in its type, so that budgets of two units do not mix. */
export type PrivacyUnit<N extends string = string> = Readonly<{
  /** Such as `account-month`. */
  name: N;
  /** One sentence for readers of a release. */
  meaning: string;
}>;

/** @throws PrivacyError `bad_parameter` */
export function privacyUnit<const N extends string>(name: N, meaning: string): PrivacyUnit<N> {
  if (!/^[a-z][a-z0-9-]{0,63}$/u.test(name)) {
    throw new PrivacyError('bad_parameter', 'A privacy unit is named in lower case, such as account-month.');
  }
  return Object.freeze({ name, meaning });
}
