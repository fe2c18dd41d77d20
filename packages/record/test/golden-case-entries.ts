import type { CASE_FIELDS } from '../src/entries/case-types.ts';
import { base64, type EntryBody } from '@portcullis/record';

// The entries of how people work on cases, as in golden-entries.ts.

const commitment = (byte: number) => base64(new Uint8Array(32).fill(byte));

export const GOLDEN_CASE_ENTRIES: { readonly [T in keyof typeof CASE_FIELDS]: EntryBody<T> } = {
  'rules.adopted': { rules: ['view-before-score'], by: 'portcullis' },
  'view.committed': {
    case: 'case-1',
    by: 'rhea',
    view: 'extraction',
    reasons: 'Two accounts work through one list in one form.',
  },
  'case.leased': { case: 'case-1', by: 'rhea', step: 'taken', until: '2026-01-02T03:34:05.678Z' },
  'deadline.missed': {
    of: 'case-1',
    deadline: 'case-decision',
    due: '2026-01-02T03:04:05.000Z',
    raised_to: 'admin',
  },
  'decision.window': {
    decision: 'd-1',
    case: 'case-1',
    takes_effect: '2026-01-02T03:05:05.678Z',
    immediate: 'It takes weights out right now.',
  },
  'decision.undone': { decision: 'd-1', case: 'case-1', by: 'rhea', reasons: 'The wrong account was named.' },
  'decision.effected': { decision: 'd-1', case: 'case-1' },
  'switch.turned': { stopped: true, drill: false, by: 'adam', reasons: 'The detector is being looked at.' },
  'switch.drilled': { by: 'adam', passed: true, found: 'Nothing was done while it was stopped.' },
  'account.severed': {
    case: 'case-1',
    account: 'bolt',
    decision: 'd-2',
    by: 'rhea',
    reasons: 'A school that shares one worksheet.',
  },
  'statement.issued': {
    statement: 'st-1',
    case: 'case-1',
    account: 'bolt',
    decision: 'd-1',
    by: 'rhea',
    commitments: { text: commitment(6) },
  },
  'link.issued': {
    link: 'link-1',
    account: 'bolt',
    case: 'case-1',
    expires: '2026-04-02T03:04:05.678Z',
    by: 'rhea',
  },
  'link.revoked': { link: 'link-1', case: 'case-1', by: 'rhea', reason: 'Sent to the wrong address.' },
  'representation.received': {
    representation: 'rep-1',
    case: 'case-1',
    account: 'bolt',
    link: 'link-1',
    kind: 'document',
    bytes: 2048,
    commitments: { name: commitment(7), document_sha256: commitment(8) },
  },
  'representation.acknowledged': { representation: 'rep-1', case: 'case-1', by: 'rhea' },
  'incident.aware': {
    incident: 'incident-1',
    case: 'case-1',
    aware: '2026-01-02T02:00:00.000Z',
    what: 'A copy of the weights was found elsewhere.',
    kinds: ['weight-exfiltration', 'other'],
    by: 'adam',
  },
  'incident.classified': {
    incident: 'incident-1',
    rule: 'eu-gpai',
    reportable: true,
    reasons: 'Weights were taken.',
    by: 'adam',
  },
  'incident.reported': {
    incident: 'incident-1',
    clock: 'eu-gpai-cyber',
    reference: 'Receipt 17 of 3 January.',
    by: 'adam',
  },
  'incident.resolved': {
    incident: 'incident-1',
    resolved: '2026-01-09T03:04:05.678Z',
    reasons: 'The copy is gone.',
    by: 'adam',
  },
  'known.committed': { known: 'known-1', commitments: { answer: commitment(9) } },
  'known.revealed': {
    known: 'known-1',
    case: 'case-2',
    finding: 'f-2',
    answer: 'not',
    salt: commitment(10),
    by: 'rhea',
    right: true,
  },
  'score.shown': { case: 'case-1', by: 'rhea', findings: ['f-1', 'f-2'] },
};
