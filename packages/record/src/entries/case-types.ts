import type { Fields } from './shape.ts';
import { boolean, integer, list, nullable, oneOf } from './shape.ts';
import { commitments, hash32, id, reasons, role, sentence, time } from './terms.ts';

// Entries of how people work on cases, besides the decisions themselves.

/** Of incidents, as rules tell them apart. */
export const INCIDENT_KINDS = [
  'critical-infrastructure',
  'cyber-breach',
  'weight-exfiltration',
  'death',
  'imminent-danger',
  'licence-breach',
  'other',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const VIEWS = ['extraction', 'not', 'unsure'] as const;
/** What a person sees in the evidence, said before the detector's score is shown to them. */
export type View = (typeof VIEWS)[number];

export const CASE_FIELDS = {
  /** Rules on cases that hold from here on; a verifier asks for them of what comes later only. */
  'rules.adopted': { rules: list(id, 32), by: id },
  /** A person's own view of a case, from the evidence alone. */
  'view.committed': { case: id, by: id, view: oneOf(...VIEWS), reasons },
  /** The detector's score of these findings was shown to a person. */
  'score.shown': { case: id, by: id, findings: list(id, 16) },
  /** Who works on a case, until when; `until` is now where it is given back. */
  'case.leased': { case: id, by: id, step: oneOf('taken', 'extended', 'released'), until: time },
  /** A deadline went by: of which case, incident or complaint, by which row of the clocks, and who is told. */
  'deadline.missed': { of: id, deadline: id, due: time, raised_to: role },
  /** Stands before a decision: from when it takes effect and can not be undone any more; `immediate` says why that is at once. */
  'decision.window': { decision: id, case: id, takes_effect: time, immediate: nullable(sentence) },
  'decision.undone': { decision: id, case: id, by: id, reasons },
  /** A decision with a window has taken effect. */
  'decision.effected': { decision: id, case: id },
  /** The switch that stops what no person does. */
  'switch.turned': { stopped: boolean(), drill: boolean(), by: id, reasons },
  'switch.drilled': { by: id, passed: boolean(), found: sentence },
  /** An account is not part of a case any more; stands before the decision that opens it. */
  'account.severed': { case: id, account: id, decision: id, by: id, reasons },
  /** What an account was told about a decision on it; its text is committed to and sealed. */
  'statement.issued': { statement: id, case: id, account: id, decision: id, by: id, commitments },
  /** A link that opens the page of one account in one case, until it expires or is withdrawn. */
  'link.issued': { link: id, account: id, case: id, expires: time, by: id },
  'link.revoked': { link: id, case: id, by: id, reason: reasons },
  /** What an account sent by its link; its clock starts here. */
  'representation.received': {
    representation: id,
    case: id,
    account: id,
    link: id,
    kind: oneOf('representation', 'complaint', 'appeal', 'document'),
    bytes: integer(),
    commitments,
  },
  'representation.acknowledged': { representation: id, case: id, by: id },
  /** Somebody became aware of what may have to be reported; every clock of it starts here. */
  'incident.aware': {
    incident: id,
    case: nullable(id),
    aware: time,
    what: sentence,
    kinds: list(oneOf(...INCIDENT_KINDS), 8),
    by: id,
  },
  /** A person decided whether a rule asks for a report. */
  'incident.classified': { incident: id, rule: id, reportable: boolean(), reasons, by: id },
  'incident.reported': { incident: id, clock: id, reference: sentence, by: id },
  'incident.resolved': { incident: id, resolved: time, reasons, by: id },
  /** Commits to the answer of a case that is to be mixed in, without saying which. */
  'known.committed': { known: id, commitments },
  /** The answer, once somebody has committed a view; the salt opens the commitment over `finding\nanswer`. */
  'known.revealed': {
    known: id,
    case: id,
    finding: id,
    answer: oneOf('extraction', 'not'),
    salt: hash32,
    by: id,
    right: boolean(),
  },
} as const satisfies Record<string, Fields>;
