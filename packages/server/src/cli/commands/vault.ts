import { Command } from 'commander';
import { EXIT, failure } from '../exits.ts';
import { findDataDir } from '../find-data-dir.ts';
import type { Shell } from '../run-command-line.ts';
import { count } from '../text.ts';

export function vaultCommand({ io }: Shell): Command {
  const rebuild = new Command('rebuild')
    .description(
      'Makes the index of the vault (vault/positions) anew from its segments, for when fsck or a start says that it is damaged. Content and ledger are not touched. Stop the server first.',
    )
    .argument('[dir]', 'data directory; the one of this folder where left out')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples\n  portcullis vault rebuild && portcullis fsck')
    .action(async (given: string | undefined, { json }: { json?: boolean }) => {
      const dir = await findDataDir(io, given);
      if (dir === undefined)
        throw failure(
          EXIT.wrongUse,
          'There is no data directory here.',
          'Name it: portcullis vault rebuild DIR',
        );
      const { rebuildVaultIndex } = await import('../../start/rebuild-vault-index.ts');
      const entries = rebuildVaultIndex(dir);
      if (json) return io.json({ entries });
      io.say(`The index of the vault is made anew for ${count(entries, 'entry', 'entries')}.`);
      io.say(`Next: ${io.program} fsck`);
    });
  return new Command('vault').description('The vault.').addCommand(rebuild);
}
