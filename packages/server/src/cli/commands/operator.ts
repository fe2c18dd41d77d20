import { Command, Option } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { table } from '../text.ts';

type Operator = { readonly operator: string; readonly role: string; readonly addedIndex: number };

export function operatorCommand(shell: Shell): Command {
  return new Command('operator')
    .description('People who use the admin API: admins, reviewers, auditors.')
    .addCommand(add(shell))
    .addCommand(list(shell))
    .addCommand(remove(shell));
}

function add({ io }: Shell): Command {
  return withConnection(new Command('add'))
    .description('Adds a person, or a further token of a person. The token is shown this once.')
    .argument('<name>')
    .addOption(
      new Option('--role <role>', 'what the token may do')
        .choices(['admin', 'reviewer', 'auditor'])
        .makeOptionMandatory(),
    )
    .addHelpText('after', '\nExamples\n  portcullis operator add ada --role reviewer')
    .action(async (name: string, options: { json?: boolean; role: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const body = { operator: name, role: options.role };
      const made = await admin.send<{ operator: string; role: string; token: string }>(
        'POST',
        '/v1/operators',
        body,
      );
      if (options.json) return io.json(made);
      io.say(`${made.operator} is ${made.role}. The token, shown this once; give it to nobody else:`);
      io.say(`  ${io.style.bold(made.token)}`);
    });
}

function list({ io }: Shell): Command {
  return withConnection(new Command('list'))
    .description('Lists people and their roles, once a token.')
    .action(async (options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const answer = await admin.get<{ operators: Operator[] }>('/v1/operators');
      if (options.json) return io.json(answer);
      const columns = [
        { title: 'operator' },
        { title: 'role' },
        { title: 'added by entry', right: true as const },
      ];
      io.say(
        table(
          columns,
          answer.operators.map((each) => [each.operator, each.role, each.addedIndex]),
          io.style,
        ),
      );
    });
}

function remove({ io }: Shell): Command {
  return withConnection(new Command('remove'))
    .description('Ends all tokens of a person. The last admin stays.')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why; it stands on the ledger')
    .addHelpText('after', '\nExamples\n  portcullis operator remove ada --reason "Left the team."')
    .action(async (name: string, options: { json?: boolean; reason: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/operators/${idPart(name, 'an operator')}`;
      const done = await admin.send('DELETE', path, { reason: options.reason });
      if (options.json) return io.json(done);
      io.say(`All tokens of ${name} have ended.`);
    });
}
