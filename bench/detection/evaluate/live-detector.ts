import { createCalibratedHunt, startCalibration } from '@portcullis/detection';
import type { DetectorUnderTest } from './detector-under-test.ts';

/** The detector of this project as it follows a ledger: an account is flagged when a finding names it, and stays so. */
export const liveDetector: DetectorUnderTest = {
  name: 'portcullis-live',
  run(benign, traffic, alphas) {
    const calibrating = startCalibration({ seed: 1 });
    for (const exchange of benign) calibrating.observe(exchange);
    const calibration = calibrating.end();
    return alphas.map((alpha) => {
      const hunt = createCalibratedHunt({ alpha, calibration, accountsMax: Number.POSITIVE_INFINITY });
      const exchanges = new Map<string, number>();
      const flagged = new Map<string, { at_exchange: number; at_time: number }>();
      let state = hunt.initial();
      for (const exchange of traffic) {
        exchanges.set(exchange.account, (exchanges.get(exchange.account) ?? 0) + 1);
        state = hunt.step(state, exchange).state;
        for (const [account, { time }] of state.named) {
          if (!flagged.has(account))
            flagged.set(account, { at_exchange: exchanges.get(account) ?? 0, at_time: time });
        }
      }
      return {
        guarantee: hunt.guaranteeOf(state).guarantee,
        accounts: [...flagged].map(([account, since]) => ({ account, flagged: true, ...since })),
      };
    });
  },
};
