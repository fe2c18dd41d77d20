import { integer, oneOf, optional, record, text, timeText } from './shape.ts';

// Fields that several entry types share. An entry is at most 8 KiB, so every text has a limit.

/** RFC 3339, UTC, milliseconds, and a time that exists. */
export const time = timeText();
/** An identifier: lower-case letters, digits, dot, dash, underscore. */
export const id = text(64, /^[a-z0-9][a-z0-9._-]*$/);
export const sha256Hex = text(64, /^[0-9a-f]{64}$/);
/** 32 bytes in standard base64; the last digit carries four bits, so that one hash has one spelling. */
export const hash32 = text(44, /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
export const sentence = text(600);
export const reasons = text(2000);
/** Commitments by field name, see commitment.ts. */
export const commitments = record(/^[a-z][a-z0-9_]{0,31}$/, hash32, 8);

export const STANDINGS = ['open', 'slow', 'plain', 'hold', 'closed'] as const;
/** What the gate does now for an account. */
export type Standing = (typeof STANDINGS)[number];
export const standing = oneOf(...STANDINGS);

export const ROLES = ['admin', 'reviewer', 'auditor'] as const;
export type Role = (typeof ROLES)[number];
export const role = oneOf(...ROLES);

/** The outcome of an exchange that was admitted. */
export const OUTCOMES = ['complete', 'aborted', 'upstream_error', 'upstream_refused', 'interrupted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Limits of an account; a field left out means the operator's default. */
export const limits = {
  requests_per_minute: optional(integer(0)),
  tokens_per_minute: optional(integer(0)),
  tokens_per_day: optional(integer(0)),
};
