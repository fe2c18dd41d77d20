import type { PrivacyEvents } from '../events/privacy-event.ts';
import type { BitSource, ReleaseSource } from '../random/bit-source.ts';
import { requireReleaseSource } from '../random/release-source.ts';
import type { Adjacency } from '../units/adjacency.ts';

/** A value that may be published, and what its release was. Frozen. */
export type Released<Value, A extends Adjacency> = Readonly<{ value: Value; events: PrivacyEvents<A> }>;

/** Releases once a call; every call costs its events again. */
export type Mechanism<Input, Value, A extends Adjacency> = Readonly<{
  /** What a release will have been. It depends on no data, so that it can be reserved before there is a number. */
  events: PrivacyEvents<A>;
  /** @throws PrivacyError `not_a_release_source`, and what the mechanism says of its input */
  release(input: Input, source: ReleaseSource): Released<Value, A>;
}>;

/** Releases value by value; all that one opening answers costs the events once. */
export type StreamMechanism<Input, Value, A extends Adjacency> = Readonly<{
  events: PrivacyEvents<A>;
  /** @throws PrivacyError `not_a_release_source` */
  open(source: ReleaseSource): Stream<Input, Value>;
}>;

export type Stream<Input, Value> = Readonly<{ next(input: Input): Value }>;

/**
 * A mechanism on any bits: what tests repeat from a tape or a seed. The package does not export plans, so that nothing is released from
 * bits that can be repeated.
 */
export type Plan<Input, Value, A extends Adjacency> = Readonly<{
  events: PrivacyEvents<A>;
  draw(input: Input, source: BitSource): Value;
}>;

export type StreamPlan<Input, Value, A extends Adjacency> = Readonly<{
  events: PrivacyEvents<A>;
  start(source: BitSource): (input: Input) => Value;
}>;

export function toMechanism<Input, Value, A extends Adjacency>(
  plan: Plan<Input, Value, A>,
): Mechanism<Input, Value, A> {
  const events = Object.freeze([...plan.events]);
  return Object.freeze({
    events,
    release: (input: Input, source: ReleaseSource) => {
      requireReleaseSource(source);
      return Object.freeze({ value: plan.draw(input, source), events });
    },
  });
}

export function toStreamMechanism<Input, Value, A extends Adjacency>(
  plan: StreamPlan<Input, Value, A>,
): StreamMechanism<Input, Value, A> {
  return Object.freeze({
    events: Object.freeze([...plan.events]),
    open: (source: ReleaseSource) => {
      requireReleaseSource(source);
      return Object.freeze({ next: plan.start(source) });
    },
  });
}
