import type { ShownCase } from '../../api/shapes.ts';

/** What the forms of a decision have in common: reasons that outlive a form, as another person can turn one into the other. */
export type DecidingProps = {
  readonly shown: ShownCase;
  readonly draft: { readonly reasons: string; readonly setReasons: (reasons: string) => void };
};
