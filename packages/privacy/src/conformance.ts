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
