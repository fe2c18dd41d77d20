/** Bounds that hold whatever rounding did: `lower` ≤ the true value ≤ `upper`. `upper` is what may be promised. */
export type Interval = { readonly lower: number; readonly upper: number };
