import { Command } from 'commander';
import { DEFAULT_MASTER_KEY, type VaultConfig, type WitnessConfig } from '../../config/config.ts';
import { EXIT, failure } from '../exits.ts';
import { findDataDir } from '../find-data-dir.ts';
import type { Shell } from '../run-command-line.ts';
import { printable } from '../text.ts';

/** Where the master key is and who cosigns, as the settings of this folder say, or as it is without any. */
async function judgingSettings({ cwd, env }: Shell['io']): Promise<Judging> {
  const { loadConfig } = await import('../../config/load-config.ts');
  try {
    const { vault, witnesses } = loadConfig({ cwd, env }).config;
    return { vault, witnesses };
  } catch {
    // A wrong setting is for `start` to refuse; a ledger can be judged all the same.
    return { vault: { masterKey: DEFAULT_MASTER_KEY }, witnesses: [] };
  }
}

type Judging = {
  readonly vault: Pick<VaultConfig, 'masterKey'>;
  readonly witnesses: readonly WitnessConfig[];
};

export function fsckCommand({ io, exit }: Shell): Command {
  return new Command('fsck')
    .summary('recompute a ledger from its leaves up')
    .description(
      'Recomputes a ledger from its leaves up, compares all that was signed, and says in one sentence what is wrong where. With the master key at hand, as the settings of this folder name it, all content is opened too. It changes nothing, and works while a server runs on the directory.',
    )
    .argument('[dir]', 'data directory; the one of this folder where left out')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis fsck\n  portcullis fsck /var/lib/portcullis --json\n\nExit status: 0 sound, 1 damaged, 2 no ledger there.',
    )
    .action(async (given: string | undefined, { json }: { json?: boolean }) => {
      const dir = await findDataDir(io, given);
      const { existsSync } = await import('node:fs');
      if (dir === undefined || !existsSync(dir))
        throw failure(
          EXIT.wrongUse,
          dir === undefined ? 'There is no data directory here.' : `There is no directory ${dir}.`,
          'Name the data directory: portcullis fsck DIR',
        );
      const { fsckDataDir } = await import('../../start/fsck-data-dir.ts');
      const report = await fsckDataDir(dir, {
        ...(await judgingSettings(io)),
        progress: (checked, total) => io.progress(`checked ${checked} of ${total} entries`),
      });
      io.progress('');
      if (json) io.json(report);
      else
        io.say(
          `${report.ok ? io.style.good('Sound:') : io.style.bad('Damaged:')} ${printable(report.sentence)}`,
        );
      if (!report.ok) exit(EXIT.refused);
    });
}
