import type { Found } from '../check-run.ts';
import type { Checkpoint } from '../signed-note.ts';
import type { Trust } from '../trust.ts';

/** Whether a quorum of the trusted witnesses cosigned. That there is none is no failure: it is said. */
export function checkWitnesses(checkpoint: Checkpoint, trust: Trust): Found<boolean> {
  const count = checkpoint.signers.filter((key) => trust.witnesses.includes(key)).length;
  if (trust.quorum === 'none')
    return {
      value: false,
      absent: true,
      sentence: 'The trust file asks for no witness, so none was looked for.',
    };
  if (!trust.quorum(checkpoint.signers))
    return {
      value: false,
      absent: true,
      sentence: `No quorum: ${count} of ${trust.witnesses.length} trusted witnesses cosigned.`,
    };
  return {
    value: true,
    sentence: `A quorum cosigned (${count} of ${trust.witnesses.length} trusted witnesses).`,
  };
}
