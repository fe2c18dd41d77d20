export { calibrateNoise, type NoiseTarget } from './calibrate-noise.ts';
export {
  type ChoiceMechanism,
  exponentialMechanism,
  permuteAndFlipMechanism,
  type ScoreParameters,
} from './choose-by-score.ts';
export { type BufferedToeplitz } from './continual/buffered-toeplitz.ts';
export { optimiseToeplitz } from './continual/optimise-toeplitz.ts';
export { type ToeplitzParameters, toeplitzCounterMechanism } from './continual/toeplitz-counter.ts';
export { type StreamParameters, treeCounterMechanism, type TreeLoss } from './continual/tree-counter.ts';
export type { Choosing, Contribution } from './contributions.ts';
export { countMechanism, type CountParameters } from './count.ts';
export { type GaussianLoss, gaussianMechanism, type GaussianParameters } from './gaussian.ts';
export { type GeometricParameters, geometricMechanism } from './geometric.ts';
export { type BucketBounds, histogramMechanism, type HistogramParameters, type Keyed } from './histogram.ts';
export { type Bounds, laplaceMechanism, type LaplaceParameters } from './laplace.ts';
export { type Mean, meanMechanism } from './mean.ts';
export type { Mechanism, Released, Stream, StreamMechanism } from './mechanism.ts';
export { openHistogramMechanism, type OpenHistogramParameters } from './open-histogram.ts';
export { type PartitionParameters, partitionSelectionMechanism } from './partition-selection.ts';
export { quantileMechanism, type QuantileParameters } from './quantile.ts';
export {
  estimateShares,
  randomisedResponseMechanism,
  type RandomisedResponseParameters,
} from './randomised-response.ts';
export {
  sparseVectorMechanism,
  type SparseVectorParameters,
  type ThresholdQuestion,
} from './sparse-vector.ts';
export { type Amount, sumMechanism, type SumParameters } from './sum.ts';
export { thresholdedCountsMechanism } from './thresholded-counts.ts';
