import type { Detector, Json } from '@portcullis/detection';

/** Several detectors as one: each sees every exchange, and the findings of an earlier one come first. They are kept, and made anew, together. */
export function runTogether(detectors: readonly Detector<unknown>[]): Detector<unknown[]> {
  const digests = detectors.map((each) => each.digest());
  return {
    name: detectors.map(({ name }) => name).join('+'),
    version: detectors.map(({ version }) => version).join('+'),
    thresholds: {},
    readsResponses: detectors.some(({ readsResponses }) => readsResponses),
    digest: () => `together:${digests.join('+')}`,
    initial: () => detectors.map((each) => each.initial()),
    step(states, traffic) {
      const findings = detectors.flatMap((each, i) => {
        const stepped = each.step(states[i], traffic);
        states[i] = stepped.state;
        return stepped.findings;
      });
      return { state: states, findings };
    },
    snapshot: (states) => detectors.map((each, i) => each.snapshot(states[i])),
    restore: (json) => detectors.map((each, i) => each.restore((json as readonly Json[])[i] as Json)),
  };
}
