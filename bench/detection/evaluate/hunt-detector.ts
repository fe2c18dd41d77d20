import { createHunt } from '@portcullis/detection';
import type { DetectorUnderTest } from './detector-under-test.ts';

/** The detector of this project, as `portcullis hunt` runs it. */
export const huntDetector: DetectorUnderTest = {
  name: 'portcullis',
  run: (benign, traffic, alphas) =>
    alphas.map((alpha) => {
      const hunt = createHunt({ alpha, seed: 1 });
      for (const exchange of benign) hunt.observeBenign(exchange);
      for (const exchange of traffic) hunt.observeTraffic(exchange);
      return hunt.conclude();
    }),
};
