import { Command } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';

type Issued = { readonly key: string; readonly account: string; readonly secret: string };

export function keyCommand(shell: Shell): Command {
  return new Command('key')
    .description('API keys of accounts.')
    .addCommand(issue(shell))
    .addCommand(revoke(shell));
}

function issue({ io }: Shell): Command {
  return withConnection(new Command('issue'))
    .description('Issues an API key. Its secret is shown this once: only its SHA-256 is kept.')
    .argument('<account>')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis key issue research\n  portcullis key issue research --json | jq -r .secret',
    )
    .action(async (account: string, options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const issued = await admin.send<Issued>('POST', `/v1/accounts/${idPart(account, 'an account')}/keys`);
      if (options.json) return io.json(issued);
      io.say(`Key ${issued.key} of ${issued.account}. Its secret, shown this once:`);
      io.say(`  ${io.style.bold(issued.secret)}`);
    });
}

function revoke({ io }: Shell): Command {
  return withConnection(new Command('revoke'))
    .description('Revokes an API key; the gate refuses it within a second.')
    .argument('<key>', 'the name of the key, not its secret: portcullis account show ACCOUNT')
    .requiredOption('--reason <text>', 'why; it stands on the ledger')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis key revoke key-1f3a --reason "It was published by mistake."',
    )
    .action(async (key: string, options: { json?: boolean; reason: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const { reason } = options;
      const done = await admin.send('DELETE', `/v1/keys/${idPart(key, 'a key')}`, { reason });
      if (options.json) return io.json(done);
      io.say(`The key ${key} is revoked.`);
    });
}
