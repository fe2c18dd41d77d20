import { Command } from 'commander';
import { EXIT, failure } from '../exits.ts';
import { findDataDir } from '../find-data-dir.ts';
import type { Shell } from '../run-command-line.ts';
import { count } from '../text.ts';
import { type RotateOptions, rotationTarget, withRotateOptions } from './rotate-options.ts';

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
  const rotate = withRotateOptions(new Command('rotate-key'))
    .description(
      'Wraps every data key of the vault by a new master key, and destroys the old one where a file holds it. Content is not touched. Stop the server first. Killed half-way, it is finished or taken back by the next start.',
    )
    .option(
      '--to-env <name>',
      'the variable that holds the new key: 32 bytes in base64 (for vault.masterKey: {env: …})',
    )
    .addHelpText(
      'after',
      '\nExamples\n  portcullis vault rotate-key --reason "A backup was lost." --by adam\n  portcullis vault rotate-key --to-env NEW_MASTER_KEY --reason "Yearly."\n\nExit status: 0 done, 1 refused (a server runs, a data key does not open), 2 wrong use.',
    )
    .action(async (given: string | undefined, options: RotateOptions & { toEnv?: string }) => {
      const target = await rotationTarget(io, given, options, 'vault rotate-key');
      const { rotateVaultKey } = await import('../../start/rotate-keys.ts');
      const progress = (checked: number, total: number) =>
        io.progress(`checked ${checked} of ${total} entries`);
      const rotated = await rotateVaultKey({
        ...target,
        ...(options.toEnv === undefined ? {} : { toEnv: options.toEnv }),
        env: io.env,
        progress,
      });
      io.progress('');
      if (options.json) return io.json(rotated);
      io.say(
        `${count(rotated.keys, 'data key is', 'data keys are')} wrapped by ${rotated.to}, and no longer by ${rotated.from}.`,
      );
      if (options.toEnv !== undefined)
        io.say(
          `Only ${options.toEnv} opens the content now: keep it. Set vault.masterKey to {env: ${options.toEnv}} before the next start, and forget the old key.`,
        );
      else io.say('The old master key is destroyed; delete it from backups, too.');
      io.say(`Next: ${io.program} fsck`);
    });
  return new Command('vault').description('The vault.').addCommand(rebuild).addCommand(rotate);
}
