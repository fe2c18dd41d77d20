export type { Check, CheckResult } from './check-run.ts';
export type { BundleFiles } from './checks/check-files.ts';
export { createFileReader, readFolder } from './read-folder.ts';
export { readTrust, type Trust } from './trust.ts';
export { formatJudgement, type Judgement, type Verdict } from './verdict.ts';
export { verifyBundle } from './verify-bundle.ts';
export { VerifyError, type VerifyErrorCode } from './verify-error.ts';
export { type LedgerReader, verifyLedger } from './verify-ledger.ts';
export { verifyReceipt } from './verify-receipt.ts';
