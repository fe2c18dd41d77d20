import type { Json } from '@portcullis/record';
import type { ChosenRange } from '../choose-range.ts';
import type { CaseEntries } from '../write-leaves.ts';
import { pickItem } from './case-file.ts';

/** `identity.json`: how keys were bound to accounts, who the operators are, and what that does not show. */
export function identityFile(entries: CaseEntries, range: ChosenRange): Json {
  return {
    accounts: entries.of('account.created').map((item) => pickItem(item, 'account', 'by')),
    keys: [
      ...entries.of('key.issued').map((item) => pickItem(item, 'key', 'account', 'key_sha256', 'by')),
      ...entries.of('key.revoked').map((item) => pickItem(item, 'key', 'account', 'by', 'reason')),
    ],
    operators: [
      ...entries.of('operator.added').map((item) => pickItem(item, 'operator', 'role', 'by')),
      ...entries.of('operator.removed').map((item) => pickItem(item, 'operator', 'by', 'reason')),
    ],
    authentication: {
      accounts:
        'By an API key of 256 random bits, shown once when it was issued; the ledger has its SHA-256. Who has the key acts as the account.',
      operators:
        'By a bearer token of their own, shown once; the ledger has its SHA-256. Names are those an admin entered.',
    },
    notShown:
      'Which person stands behind an account or an operator name, and whether a key or token was passed on.' +
      (range.complete && range.start > 0
        ? ` Operators that were added before entry ${range.start} are not in this bundle.`
        : ''),
  };
}
