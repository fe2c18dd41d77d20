export { createSeededSource } from './random/seeded-source.ts';
