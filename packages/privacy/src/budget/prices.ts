import { totalEpsilon } from '../accountants/pure-accountant.ts';
import { totalRho } from '../accountants/zero-concentrated-accountant.ts';
import type { PrivacyEvents } from '../events/privacy-event.ts';
import type { Adjacency } from '../units/adjacency.ts';
import { type Loss, pureLoss, zeroConcentratedLoss } from './loss.ts';

// Prices for a filter or an odometer: accountants whose answers add up.

/** @throws PrivacyError `cannot_account` for an event that has no epsilon without a delta */
export function purePrice<A extends Adjacency>(events: PrivacyEvents<A>): Loss<'pure'> {
  return pureLoss(totalEpsilon(events));
}

/** @throws PrivacyError `cannot_account` for an event that is not zero-concentrated private */
export function zeroConcentratedPrice<A extends Adjacency>(
  events: PrivacyEvents<A>,
): Loss<'zero-concentrated'> {
  return zeroConcentratedLoss(totalRho(events));
}
