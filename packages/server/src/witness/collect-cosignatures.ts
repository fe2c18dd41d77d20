import {
  equalBytes,
  type Note,
  type NoteSignature,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  parseNote,
  SIGNATURE_TYPE,
  signatureLine,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import type { Clock } from '../seams/clock.ts';
import { askWitness, type WitnessReply } from './ask-witness.ts';

// The ledger's side of c2sp.org/tlog-witness: shows a checkpoint to witnesses and takes their cosignatures into it.

/** A time that a cosignature may lie ahead of this clock. */
const AHEAD_SECONDS_MAX = 300;
/** A size may move between the answer that told it and the next request; not for ever. */
const TRIES_MAX = 3;

/** A witness as a tlog-policy names it; `url` is its submission prefix. */
export type WitnessAddress = { readonly url: string; readonly vkeys: readonly string[] };

/**
 * Why a witness gave nothing. `ahead` and `inconsistent` are alarms: the witness has seen another history of this ledger than
 * this one, as after an older disk was restored, or two writers, or a split view.
 */
export type WitnessFailureReason =
  | 'unreachable'
  | 'timed-out'
  | 'refused' // 400, 403, 404, 5xx: it does not know the log, or can not answer now
  | 'ahead' // it has cosigned a larger tree
  | 'inconsistent' // what it cosigned is no prefix of this tree
  | 'no-proof' // the consistency proof could not be made here
  | 'bad-answer' // a cosignature that does not verify, or none by its keys
  | 'bad-key'; // one of `vkeys` is no cosigner's key

export type WitnessFailure = {
  readonly url: string;
  readonly reason: WitnessFailureReason;
  readonly message: string;
};

/** A cosignature that verified; `timeSeconds` is POSIX time, 0 where the witness made no statement about time. */
export type Cosignature = { readonly url: string; readonly name: string; readonly timeSeconds: number };

export type CollectOptions = {
  /** The checkpoint as the ledger signed it; what others signed already is kept, but not sent. */
  readonly note: string;
  readonly witnesses: readonly WitnessAddress[];
  /** The size each witness cosigned last, by its URL; a missing one is asked for. */
  readonly lastSizes: ReadonlyMap<string, number>;
  /** RFC 6962, section 2.1.2; `0 < from < to`. */
  readonly consistency: (from: number, to: number) => readonly Uint8Array[];
  readonly clock: Clock;
  /** For each witness, retries included. */
  readonly timeoutMs: number;
  /** Ends all asking; those that have not answered are reported as timed out. */
  readonly signal?: AbortSignal;
};

/** A witness that told a smaller size than it had cosigned: it has lost what it must never forget, as after an older copy was restored. */
export type Forgotten = { readonly url: string; readonly cosigned: number; readonly told: number };

export type Collected = {
  /** The note with a line for each cosignature, in the order of the witnesses. */
  readonly note: string;
  readonly cosignatures: readonly Cosignature[];
  readonly failures: readonly WitnessFailure[];
  readonly forgotten: readonly Forgotten[];
  /** What to hand back as `lastSizes` at the next checkpoint. */
  readonly lastSizes: ReadonlyMap<string, number>;
};

type Outcome = {
  readonly signatures: readonly Verified[];
  readonly size?: number;
  readonly failure?: WitnessFailure;
  readonly forgotten?: Forgotten;
};
type Verified = { readonly signature: NoteSignature; readonly cosignature: Cosignature };

/**
 * Asks all witnesses at once. A witness that fails is reported; it never makes the call fail.
 * @throws RecordError `bad-note`, `bad-checkpoint` where the ledger's own note is malformed
 */
export async function collectCosignatures(options: CollectOptions): Promise<Collected> {
  const own = parseNote(options.note);
  const { origin, size } = parseCheckpoint(own.text);
  const sent = own.signatures.filter((signature) => signature.name === origin);
  const shown: Shown = { text: own.text, size, note: `${own.text}\n${linesOf(sent)}` };
  const outcomes = await Promise.all(options.witnesses.map((witness) => collectOne(options, shown, witness)));
  const fresh = outcomes.flatMap((outcome) => outcome.signatures);
  const lastSizes = new Map(options.lastSizes);
  outcomes.forEach((outcome, at) => {
    if (outcome.size !== undefined)
      lastSizes.set((options.witnesses[at] as WitnessAddress).url, outcome.size);
  });
  return {
    note: withLines(
      own,
      fresh.map(({ signature }) => signature),
    ),
    cosignatures: fresh.map(({ cosignature }) => cosignature),
    failures: outcomes.flatMap(({ failure }) => failure ?? []),
    forgotten: outcomes.flatMap(({ forgotten }) => forgotten ?? []),
    lastSizes,
  };
}

/** Both notes' lines over one text; of two lines of one key the second note's. Nothing is verified. @throws RecordError `bad-note` */
export function joinCosignatures(note: string, other: string): string {
  return withLines(parseNote(note), parseNote(other).signatures);
}

function withLines({ text, signatures }: Note, fresh: readonly NoteSignature[]): string {
  const kept = signatures.filter((old) => !fresh.some((line) => sameKey(line, old)));
  return `${text}\n${linesOf([...kept, ...fresh])}`;
}

type Shown = { readonly text: string; readonly size: number; readonly note: string };

async function collectOne(options: CollectOptions, shown: Shown, witness: WitnessAddress): Promise<Outcome> {
  const { url } = witness;
  let forgotten: Forgotten | undefined;
  const fail = (reason: WitnessFailureReason, message: string, size?: number): Outcome => ({
    signatures: [],
    failure: { url, reason, message },
    ...(size === undefined ? {} : { size }),
    ...(forgotten === undefined ? {} : { forgotten }),
  });
  const verifiers = readVerifiers(witness.vkeys);
  if (verifiers === undefined) return fail('bad-key', 'Its keys are not verifier keys of type 0x04 or 0x06.');
  // One signal for all tries, so that a witness can not hold a collection up by telling new sizes.
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const last = options.lastSizes.get(url) ?? 0;
  // A ledger that is smaller than what was cosigned has lost entries; that is for the witness to say, not for this record.
  let oldSize = last > shown.size ? 0 : last;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (oldSize > shown.size)
      return fail('ahead', `It has cosigned ${oldSize} entries; this ledger has ${shown.size}.`, oldSize);
    const proof = proveFrom(options, oldSize, shown.size);
    if (proof === undefined)
      return fail('no-proof', `No consistency proof from ${oldSize} to ${shown.size} could be made.`);
    let reply: WitnessReply;
    try {
      reply = await askWitness(url, { oldSize, proof, note: shown.note }, signal);
    } catch {
      return signal.aborted
        ? fail('timed-out', `It did not answer within ${options.timeoutMs} ms.`)
        : fail('unreachable', 'It could not be reached, or broke off its answer.');
    }
    if (reply.kind === 'refused') return fail('refused', `It answered with status ${reply.status}.`);
    if (reply.kind === 'inconsistent')
      return fail(
        'inconsistent',
        `What it cosigned at size ${oldSize} is no prefix of this ledger (status ${reply.status}).`,
      );
    if (reply.kind === 'cosigned') {
      const signatures = takeCosignatures(url, shown.text, reply.lines, verifiers, options.clock);
      if (typeof signatures === 'string') return fail('bad-answer', signatures);
      return { signatures, size: shown.size, ...(forgotten === undefined ? {} : { forgotten }) };
    }
    if (reply.size < last) forgotten = { url, cosigned: last, told: reply.size };
    oldSize = reply.size;
  }
  return fail('refused', 'It told another size at every try.');
}

/** @returns undefined where it could not be made */
function proveFrom(options: CollectOptions, from: number, to: number): readonly Uint8Array[] | undefined {
  if (from === 0 || from === to) return [];
  try {
    return options.consistency(from, to);
  } catch {
    return undefined;
  }
}

function readVerifiers(vkeys: readonly string[]): NoteVerifier[] | undefined {
  try {
    const verifiers = vkeys.map(createVerifier);
    const cosigners = verifiers.every((verifier) => verifier.type !== SIGNATURE_TYPE.ed25519);
    return cosigners && verifiers.length > 0 ? verifiers : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of an answer that this witness's keys signed; others are ignored. @returns a sentence where it is not to be used */
function takeCosignatures(
  url: string,
  text: string,
  lines: string,
  verifiers: readonly NoteVerifier[],
  clock: Clock,
): Verified[] | string {
  let signatures: readonly NoteSignature[];
  try {
    const opened = openNote(`${text}\n${lines}`, verifiers);
    // A blank line in the answer moves the point at which the note is split.
    if (opened.text !== text) return 'The answer is no sequence of signature lines.';
    signatures = opened.note.signatures;
  } catch {
    return 'The answer is malformed, or its cosignature does not verify.';
  }
  const taken: Verified[] = [];
  for (const signature of signatures) {
    if (!verifiers.some((verifier) => sameKey(verifier, signature))) continue;
    if (taken.some((one) => sameKey(one.signature, signature))) continue;
    const timeSeconds = timeOf(signature);
    if (timeSeconds > clock.now() / 1000 + AHEAD_SECONDS_MAX)
      return 'The cosignature’s time lies in the future.';
    taken.push({ signature, cosignature: { url, name: signature.name, timeSeconds } });
  }
  return taken;
}

function timeOf({ signature }: NoteSignature): number {
  return Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
}

type KeyName = Pick<NoteSignature, 'name' | 'id'>;

function sameKey(a: KeyName, b: KeyName): boolean {
  return a.name === b.name && equalBytes(a.id, b.id);
}

function linesOf(signatures: readonly NoteSignature[]): string {
  return signatures.map((one) => signatureLine(one, one.signature)).join('');
}
