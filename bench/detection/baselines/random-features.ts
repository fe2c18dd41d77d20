import { createSeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { drawNormal } from '../scenario/draw.ts';
import { EMBEDDING } from './embed-prompt.ts';

/** Length of a feature vector. */
export const FEATURES = 128;

/** Maps embeddings so that inner products approach a Gaussian kernel (Rahimi and Recht, NIPS 2007). @param bandwidth sigma */
export function createFeatureMap(bandwidth: number): (embedding: Float32Array) => Float32Array {
  const random = createSeededRandom(17);
  const directions = Float32Array.from(
    { length: FEATURES * EMBEDDING },
    () => drawNormal(random) / bandwidth,
  );
  const phases = Float32Array.from({ length: FEATURES }, () => 2 * Math.PI * random.next());
  const scale = Math.sqrt(2 / FEATURES);
  return (embedding) => {
    const out = new Float32Array(FEATURES);
    for (let f = 0; f < FEATURES; f++) {
      let angle = phases[f] as number;
      const at = f * EMBEDDING;
      for (let i = 0; i < EMBEDDING; i++) angle += (directions[at + i] as number) * (embedding[i] as number);
      out[f] = scale * Math.cos(angle);
    }
    return out;
  };
}
