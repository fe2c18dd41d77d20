import type { PrivacyEvents } from '../events/privacy-event.ts';
import type { Adjacency } from '../units/adjacency.ts';
import type { Delta, Epsilon } from '../units/parameters.ts';
import type { Interval } from './interval.ts';

/** How close the bounds of an answer have to be. */
export type AnswerOptions = {
  /** (upper − lower) / upper; 0.001 unless set. Only an accountant that can come closer heeds it. */
  readonly gap?: number;
};

/**
 * Prices what was released. The same events may be asked of several accountants; every upper bound holds, so that the least may be
 * promised. None guesses: an event that it has no proof for is refused.
 */
export type Accountant = {
  readonly name: 'pure' | 'zero-concentrated' | 'renyi' | 'loss-distribution';
  /** Bounds of the least epsilon at which all events together are (epsilon, delta)-private. @throws PrivacyError */
  epsilon<A extends Adjacency>(events: PrivacyEvents<A>, delta: Delta, options?: AnswerOptions): Interval;
  /** Bounds of the least delta at which they are. @throws PrivacyError */
  delta<A extends Adjacency>(events: PrivacyEvents<A>, epsilon: Epsilon, options?: AnswerOptions): Interval;
};
