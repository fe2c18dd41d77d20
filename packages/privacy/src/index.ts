export type * from './events/privacy-event.ts';
export { privacyEvent } from './events/privacy-event.ts';
export * from './privacy-error.ts';
export type { BitSource, ReleaseSource } from './random/bit-source.ts';
export * from './units/adjacency.ts';
export * from './units/parameters.ts';
export * from './units/rational.ts';
export * from './units/sensitivity.ts';
