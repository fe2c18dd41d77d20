import type { CASE_FIELDS } from '../src/entries/case-types.ts';
import type { EntryBody } from '@portcullis/record';

// The entries of how people work on cases, as in golden-entries.ts.

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
  'score.shown': { case: 'case-1', by: 'rhea', findings: ['f-1', 'f-2'] },
};
