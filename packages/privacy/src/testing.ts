// For tests of programs that use this package: it loads node:test.
export {
  type OpenedBudgetLedger,
  SUITE_LIMIT,
  SUITE_SCOPE,
  testBudgetLedger,
} from './budget/budget-ledger.suite.ts';
export { createSeededSource } from './random/seeded-source.ts';
