import { Command } from 'commander';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { printable } from '../text.ts';

type Reloaded = { readonly changed: readonly string[]; readonly needRestart: readonly string[] };

export function reloadCommand({ io }: Shell): Command {
  return withConnection(new Command('reload'))
    .summary('have a running server read its settings again')
    .description(
      'Has a running server read portcullis.yaml again, as SIGHUP does. No connection is dropped. Wrong settings are refused, and those that ruled before still do.',
    )
    .addHelpText('after', '\nExamples\n  portcullis reload\n  portcullis reload --json')
    .action(async (options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const reloaded = await admin.send<Reloaded>('POST', '/v1/reload');
      if (options.json) return io.json(reloaded);
      for (const sentence of sayReloaded(reloaded)) io.say(printable(sentence));
    });
}

/** What a reload did, for people. */
export function sayReloaded({ changed, needRestart }: Reloaded): string[] {
  const said = [changed.length === 0 ? 'Nothing has changed.' : `New from now on: ${changed.join(', ')}.`];
  if (needRestart.length > 0)
    said.push(`Different in the file, and only after a restart: ${needRestart.join(', ')}.`);
  return said;
}
