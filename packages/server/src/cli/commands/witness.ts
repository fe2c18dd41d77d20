import { Command } from 'commander';
import { witnessInitCommand } from './witness-init.ts';
import { witnessSplitViewsCommand } from './witness-split-views.ts';
import { witnessStartCommand } from './witness-start.ts';
import { witnessVkeysCommand } from './witness-vkeys.ts';
import type { Shell } from '../run-command-line.ts';

export function witnessCommand(shell: Shell): Command {
  return new Command('witness')
    .summary('run a witness of ledgers that others keep')
    .description(
      'A witness cosigns the checkpoints of logs (c2sp.org/tlog-witness), and only one history of each. Run one for somebody else’s ledger: a witness that an operator runs proves nothing against them.',
    )
    .addHelpText(
      'after',
      '\nExamples\n  portcullis witness init --name witness.example.org/one\n  portcullis witness',
    )
    .addCommand(witnessInitCommand(shell))
    .addCommand(witnessStartCommand(shell), { isDefault: true })
    .addCommand(witnessVkeysCommand(shell))
    .addCommand(witnessSplitViewsCommand(shell));
}
