import type { Finding, Guarantee } from '@portcullis/detection';

/** What the detector's thread tells the main thread. `next` is the first ledger index it has not read. */
export type DetectorMessage =
  | { readonly kind: 'finding'; readonly finding: Finding; readonly ledgerSize: number }
  | { readonly kind: 'position'; readonly next: number }
  /** Whether the calibrated detector may name anybody; told at the start and when it changes. Never, where there is none. */
  | { readonly kind: 'guarantee'; readonly guarantee: Guarantee }
  /** The vault has content that can not be read; detection goes on without it. Told once a run. */
  | { readonly kind: 'content-lost'; readonly index: number }
  /** Its last words: it can not go on, and ends. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What the main thread tells the detector's. */
export type DetectorOrder =
  | { readonly kind: 'published' }
  /** One more of the findings it told is on the ledger, or can not be put there: a state that rests on it may be kept. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'stop' };
