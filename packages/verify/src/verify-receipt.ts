import { createCheckRun } from './check-run.ts';
import { commitmentOf } from './checks/check-disclosure.ts';
import { openTrusted } from './checks/check-tree.ts';
import { checkWitnesses } from './checks/check-witnesses.ts';
import { asText } from './fields.ts';
import { judgeHandovers } from './handovers.ts';
import { digest, hashOf, sameBytes } from './octets.ts';
import { type Receipt, readReceipt } from './read-receipt.ts';
import type { Checkpoint } from './signed-note.ts';
import { rootFromInclusion } from './tree.ts';
import type { Trust } from './trust.ts';
import { concludeChecks, type Judgement } from './verdict.ts';
import { refuse } from './verify-error.ts';

/**
 * Judges a receipt (format `portcullis/receipt/v1`: leaf, c2sp.org/tlog-proof@v1, salts).
 * @param handovers the ledger's `handovers.jsonl`, where its keys were changed
 * @param body what was sent, or what came back; its SHA-256 must be what the entry committed to
 */
export function verifyReceipt(
  bytes: Uint8Array,
  trusted: Trust,
  body?: Uint8Array,
  handovers?: Uint8Array,
): Judgement {
  const run = createCheckRun();
  const trust = judgeHandovers(run, trusted, undefined, handovers);
  const receipt = run.judge('receipt', () => {
    const value = readReceipt(bytes);
    return { value, sentence: `Entry ${value.proof.index} is “${value.leaf.type}” of ${value.leaf.time}.` };
  });
  if (receipt === undefined) return concludeChecks(run.checks);
  const checkpoint = run.judge('checkpoint', () => {
    const value = openTrusted(Buffer.from(receipt.proof.checkpoint), trust, undefined, 'The checkpoint');
    return { value, sentence: `Signed by the trusted keys of ${value.origin}, at ${value.size} entries.` };
  });
  if (checkpoint === undefined) return concludeChecks(run.checks);
  run.judge('inclusion', () => checkProof(receipt, checkpoint));
  run.judge('body', () => checkBody(receipt, body));
  const witnessed = run.judge('witnesses', () => checkWitnesses(checkpoint, trust));
  return concludeChecks(run.checks, witnessed);
}

function checkProof({ leaf, proof }: Receipt, checkpoint: Checkpoint) {
  const root = rootFromInclusion(proof.index, checkpoint.size, leaf.node, proof.hashes);
  if (!sameBytes(root, checkpoint.root)) refuse('The proof leads to another root.');
  return { value: true, sentence: `The entry is in the ledger at index ${proof.index}.` };
}

function checkBody({ leaf, salts }: Receipt, body: Uint8Array | undefined) {
  const field = leaf.type === 'exchange.completed' ? 'response_sha256' : 'request_sha256';
  const commitment = leaf.commitments.get(field);
  const salt = Object.hasOwn(salts, field) ? salts[field] : undefined;
  if (body === undefined)
    return {
      value: true,
      absent: true as const,
      sentence: 'No body was given; use --body FILE to compare one.',
    };
  if (commitment === undefined || salt === undefined)
    return refuse(`The receipt can not open ${field}: it was erased or never committed to.`);
  const value = commitmentOf(leaf.type, field, hashOf(asText(salt, 'salt'), 'The salt'), digest(body));
  if (!sameBytes(value, commitment)) refuse(`The body is not the one that was recorded (${field}).`);
  return { value: true, sentence: `The body is the one that was recorded (${field}).` };
}
