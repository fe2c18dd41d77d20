import type { Role } from '@portcullis/record';

/** Reading is for everybody with a token; an auditor does nothing else. */
export const ANYBODY: readonly Role[] = ['admin', 'reviewer', 'auditor'];
export const REVIEWERS: readonly Role[] = ['admin', 'reviewer'];
export const ADMIN: readonly Role[] = ['admin'];
