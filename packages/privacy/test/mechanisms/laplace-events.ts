import assert from 'node:assert/strict';
import type { Adjacency, PrivacyEvents, Rational } from '../../src/index.ts';

/** Scale and l1 of those events that are discrete Laplace noise, in order. */
export function laplaceEvents<A extends Adjacency>(
  events: PrivacyEvents<A>,
): readonly Readonly<{ scale: Rational; l1: Rational }>[] {
  return events.filter((event) => event.kind === 'discrete-laplace');
}

/** Those of a single one. */
export function laplaceEvent<A extends Adjacency>(
  events: PrivacyEvents<A>,
): Readonly<{ scale: Rational; l1: Rational }> {
  const [event, ...others] = laplaceEvents(events);
  assert.ok(event !== undefined && others.length === 0);
  return event;
}
