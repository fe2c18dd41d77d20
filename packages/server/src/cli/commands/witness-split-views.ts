import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { count, printable } from '../text.ts';
import { loadWitness, withWitnessOptions, type WitnessOptions } from '../witness-options.ts';

type Options = WitnessOptions & { readonly out?: string };

export function witnessSplitViewsCommand({ io, exit }: Shell): Command {
  return withWitnessOptions(new Command('split-views'))
    .summary('show the proofs that logs showed two histories')
    .description(
      'Lists the pairs of checkpoints of one size and different roots that a log signed. Each pair is a proof against the log, for whoever trusts its keys. It works beside a running witness.',
    )
    .option('--out <dir>', 'write both notes of each pair into this folder')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis witness split-views\n  portcullis witness split-views --out evidence && portcullis-verify compare evidence/1-one evidence/1-other --trust ledger.policy\n\nExit status: 0 none is known, 1 there is one, 2 wrong use.',
    )
    .action(async (options: Options) => {
      const { readSplitViews } = await import('../../start/start-witness-program.ts');
      const { dataDir } = await loadWitness(options, io);
      const found = readSplitViews(dataDir).flatMap(({ origin, views }) =>
        views.map((view) => ({ origin, ...view })),
      );
      if (options.json) io.json(found);
      else if (found.length === 0) io.say('No log has shown this witness two histories of one size.');
      else
        for (const { origin, size } of found) io.say(`${printable(origin)}: two roots for ${size} entries`);
      if (options.out !== undefined) writePairs(resolve(io.cwd, options.out), found);
      if (options.out !== undefined && !options.json)
        io.say(`Wrote ${count(found.length, 'pair')} to ${options.out}.`);
      if (found.length > 0) exit(1);
    });
}

function writePairs(
  folder: string,
  pairs: readonly { readonly known: string; readonly other: string }[],
): void {
  mkdirSync(folder, { recursive: true });
  for (const [at, { known, other }] of pairs.entries()) {
    writeFileSync(join(folder, `${at + 1}-one`), known);
    writeFileSync(join(folder, `${at + 1}-other`), other);
  }
}
