export type { BrokenMechanism } from './conformance/broken-mechanism.ts';
export { BROKEN_MECHANISMS } from './conformance/broken-mechanisms.ts';
export { BROKEN_SAMPLERS, type BrokenSampler } from './conformance/broken-samplers.ts';
export {
  checkSampler,
  type SamplerCheck,
  type SamplerCheckOptions,
  type SamplerFailure,
  type SamplerReport,
  type SamplerSubject,
} from './conformance/check-sampler.ts';
export { enumerateTapes, type TapeOutcomes } from './conformance/enumerate-tapes.ts';
export type { SamplerFamily } from './conformance/sampler-family.ts';
