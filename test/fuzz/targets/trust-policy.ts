import assert from 'node:assert/strict';
import { readTrust } from '../../../packages/verify/src/trust.ts';
import { VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { LOG_VKEY, WITNESS_VKEY } from '../oracles/fixed-log.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { texts, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

function fuzz(input: Buffer): void {
  let code = '';
  const trust = outcomeOf(VerifyError, () => {
    try {
      return readTrust(input);
    } catch (error) {
      code = error instanceof VerifyError ? error.code : '';
      throw error;
    }
  });
  if ('refused' in trust) {
    assert.equal(code, 'bad-trust');
    return;
  }
  const { logs, witnesses, quorum } = trust.value;
  if (quorum === 'none') return;
  assert.equal(quorum([]), false, 'nobody is a quorum');
  assert.equal(quorum(logs), false, 'logs are a quorum of witnesses');
  assert.equal(quorum(witnesses), true, 'all witnesses together are no quorum');
}

export const target: FuzzTarget = {
  name: 'trust-policy',
  holds: 'A trust file is read or refused as one, and its quorum is never met by nobody.',
  seeds: () => [
    ...vectors('record/v1/trust.policy', 'bundles/v1/trust.policy', 'bundles/v1/bundle/tlog-policy'),
    ...texts(
      `log ${LOG_VKEY} https://log.example\n# comment\nwitness a ${WITNESS_VKEY}\ngroup g any a\ngroup h 1 g\nquorum h\n`,
      `log ${LOG_VKEY}\nquorum none\n`,
      `log ${LOG_VKEY}\nwitness a ${WITNESS_VKEY}\ngroup g 2 a\nquorum g\n`,
    ),
  ],
  words: ['log ', 'witness ', 'group ', 'quorum ', ' any ', ' all ', 'none', '\t', LOG_VKEY, WITNESS_VKEY],
  fuzz,
};
