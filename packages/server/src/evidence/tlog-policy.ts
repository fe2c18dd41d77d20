/**
 * The policy text (c2sp.org/tlog-policy) that an outsider gives to `--trust`: both keys of the log, and no witness, as none is configured.
 * @param vkeys the ledger's verifier keys
 */
export function writeTlogPolicy(vkeys: readonly string[]): string {
  return `${vkeys.map((vkey) => `log ${vkey}\n`).join('')}quorum none\n`;
}
