import { CASE_WORDS } from './en-case.ts';
import { HEARING_WORDS } from './en-hearing.ts';
import { INCIDENT_WORDS } from './en-incident.ts';
import { RECORD_WORDS } from './en-record.ts';
import { SHELL_WORDS } from './en-shell.ts';

/** Every text of the console in English. A translation is another object with these keys. */
export const EN = {
  ...SHELL_WORDS,
  ...CASE_WORDS,
  ...RECORD_WORDS,
  ...INCIDENT_WORDS,
  ...HEARING_WORDS,
} as const;
