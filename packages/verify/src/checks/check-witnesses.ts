import type { Found } from '../check-run.ts';
import type { Checkpoint } from '../signed-note.ts';
import type { Trust } from '../trust.ts';
import { quote } from '../verify-error.ts';

/** Who of the trusted witnesses cosigned. A witness with two keys has one name, and counts once. */
export type Witnessed = {
  readonly quorum: boolean;
  readonly by: readonly string[];
  /** How many witnesses the trust file has. */
  readonly of: number;
};

/** Of the year 9999; what lies beyond is no time that anybody could read. */
const LAST_SECOND = 253_402_300_799;

/** Whether a quorum of the trusted witnesses cosigned. That there is none is no failure: it is said. */
export function checkWitnesses(checkpoint: Checkpoint, trust: Trust): Found<Witnessed> {
  const keys = checkpoint.signers.filter((key) => trust.witnesses.includes(key));
  const by = namesOf(keys);
  const of = namesOf(trust.witnesses).length;
  const quorum = trust.quorum !== 'none' && trust.quorum(checkpoint.signers);
  const value = { quorum, by, of };
  const who = sayWho(value);
  if (trust.quorum === 'none')
    return {
      value,
      absent: true,
      sentence:
        of === 0
          ? 'The trust file asks for no witness, so none was looked for.'
          : `${who}. The trust file asks for no quorum.`,
    };
  if (!quorum) return { value, absent: true, sentence: `No quorum: ${who}.` };
  // Each states that at its time the tree had this root; with the earliest, so does whoever trusts that witness.
  const earliest = Math.min(...keys.map((key) => checkpoint.cosignedAt.get(key) ?? 0));
  const when =
    earliest === 0 || earliest > LAST_SECOND
      ? ''
      : ` The earliest cosignature is of ${new Date(earliest * 1000).toISOString()}.`;
  return { value, sentence: `A quorum cosigned: ${who}.${when}` };
}

/** `2 of 3 trusted witnesses (a, b)` */
export function sayWho({ by, of }: Witnessed): string {
  const names = by.length === 0 ? '' : ` (${by.map(quote).join(', ')})`;
  return `${by.length} of ${of} trusted witnesses${by.length === 0 ? ' cosigned' : ''}${names}`;
}

function namesOf(keys: Trust['witnesses']): string[] {
  return [...new Set(keys.map((key) => key.name))];
}
