import { createQuorum } from '../witness/quorum.ts';
import type { WitnessPolicy } from './tlog-policy.ts';

/** Who of the configured witnesses stands under the last checkpoint of a bundle. */
export type Cosignatures = {
  readonly configured: number;
  readonly names: readonly string[];
  /** Whether it is the operator's quorum; a reader goes by their own. */
  readonly quorum: boolean;
};

export function describeCosignatures(note: string, config: WitnessPolicy | undefined): Cosignatures {
  if (config === undefined || config.witnesses.length === 0)
    return { configured: 0, names: [], quorum: false };
  const quorum = createQuorum(config.witnesses, config.witnessing);
  return {
    configured: config.witnesses.length,
    names: quorum.signedBy(note),
    quorum: quorum.isMet(note),
  };
}
