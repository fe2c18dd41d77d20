export type { Accountant, AnswerOptions } from './accountants/accountant.ts';
export { gaussianDelta, gaussianEpsilon, gaussianNoise } from './accountants/gaussian-profile.ts';
export type { Interval } from './accountants/interval.ts';
export { lossAccountant } from './accountants/loss-accountant.ts';
export { optimalComposition } from './accountants/optimal-composition.ts';
export {
  approximatePair,
  discreteGaussianPair,
  discreteLaplacePair,
  randomisedResponsePair,
} from './accountants/pld/atom-pairs.ts';
export {
  ACCURACY,
  type Accuracy,
  deltaInterval,
  epsilonInterval,
} from './accountants/pld/bound-composition.ts';
export type { Counted } from './accountants/pld/cumulant.ts';
export { gaussianMixturePair, replacedGaussianPair } from './accountants/pld/gaussian-pairs.ts';
export { laplacePair } from './accountants/pld/laplace-pair.ts';
export { type LossPair, mixPairs, reversePair } from './accountants/pld/loss-pair.ts';
export { pureAccountant, totalEpsilon } from './accountants/pure-accountant.ts';
export { renyiAccountant } from './accountants/renyi-accountant.ts';
export {
  zeroConcentratedDelta,
  zeroConcentratedEpsilon,
  zeroConcentratedRho,
} from './accountants/zero-concentrated.ts';
export { totalRho, zeroConcentratedAccountant } from './accountants/zero-concentrated-accountant.ts';
export {
  auditCanaries,
  type CanaryAudit,
  type CanaryAuditOptions,
  type CanaryScores,
} from './audit/audit-canaries.ts';
export {
  auditNeighbours,
  type NeighbourAudit,
  type NeighbourAuditOptions,
  type NeighboursUnderAudit,
} from './audit/audit-neighbours.ts';
export * from './budget/budget-ledger.ts';
export * from './budget/filter.ts';
export * from './budget/loss.ts';
export { createMemoryBudgetLedger } from './budget/memory-budget-ledger.ts';
export { purePrice, zeroConcentratedPrice } from './budget/prices.ts';
export { releaseOnce } from './budget/release-once.ts';
export { requestDiffers } from './budget/request-differs.ts';
export type * from './events/privacy-event.ts';
export { privacyEvent } from './events/privacy-event.ts';
export { fromSteps, type Grid, grid, gridBelow, stepsUp, toSteps } from './grid.ts';
export * from './mechanisms/index.ts';
export * from './privacy-error.ts';
export type { BitSource, ReleaseSource } from './random/bit-source.ts';
export * from './random/release-source.ts';
export { bernoulli } from './samplers/bernoulli.ts';
export { bernoulliExp } from './samplers/bernoulli-exp.ts';
export { createDiscreteGaussian, discreteGaussian } from './samplers/discrete-gaussian.ts';
export { createDiscreteLaplace, discreteLaplace } from './samplers/discrete-laplace.ts';
export type { Draw } from './samplers/draw.ts';
export { createGeometric, geometric } from './samplers/geometric.ts';
export { uniformBelow } from './samplers/uniform.ts';
export * from './units/adjacency.ts';
export * from './units/parameters.ts';
export * from './units/rational.ts';
export * from './units/sensitivity.ts';
