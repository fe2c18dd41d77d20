import type { Detector, Finding, Traffic } from '../src/index.ts';

/** Folds a detector over traffic; `at` is the exchange (from 0) at which each finding came. */
export function runDetector<State>(
  detector: Detector<State>,
  traffic: readonly Traffic[],
  from: State = detector.initial(),
): { state: State; findings: Finding[]; at: number[] } {
  let state = from;
  const findings: Finding[] = [];
  const at: number[] = [];
  traffic.forEach((exchange, i) => {
    const result = detector.step(state, exchange);
    state = result.state;
    for (const finding of result.findings) {
      findings.push(finding);
      at.push(i);
    }
  });
  return { state, findings, at };
}
