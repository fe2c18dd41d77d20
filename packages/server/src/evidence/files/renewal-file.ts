import type { Json } from '@portcullis/record';

/** `renewal.json`: what keeps the bundle worth something for decades (RFC 4998, sections 3 and 5). @param createdAt RFC 3339 */
export function renewalFile(createdAt: string): Json {
  const due = new Date(createdAt);
  due.setUTCFullYear(due.getUTCFullYear() + 2);
  return {
    keep: [
      'Every file of this folder, byte for byte; the leaf bytes for ever, as every hash starts from them.',
      'The trust policy that was received apart from the bundle, and how it was received.',
      'The verifier that was used, its version and its judgement.',
    ],
    lookAgainBy: due.toISOString(),
    when: [
      'Before SHA-256, or both of Ed25519 and ML-DSA-44, are said to be weak: hash all files anew and have the list time-stamped (RFC 4998, section 5.3).',
      'Before a time-stamping certificate that vouches for the bundle expires: time-stamp the earlier stamp (RFC 4998, section 5.2).',
      'At once, where a key of keys.json is said to be compromised.',
    ],
    done: [],
  };
}
