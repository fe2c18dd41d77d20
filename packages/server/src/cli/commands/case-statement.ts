import { Command } from 'commander';
import type { IssuedStatement } from '../../cases/issue-statement.ts';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { nextStep, printable, shortTime, spellAs } from '../text.ts';

type Options = {
  readonly account: string;
  readonly link?: boolean;
  readonly days?: string;
  readonly json?: boolean;
  readonly as?: string;
};
type Link = { readonly url: string | null; readonly token: string; readonly expiresMs: number };

export function stateReasons({ io }: Shell): Command {
  return withConnection(new Command('statement'))
    .description(
      'Writes down the statement of reasons for an account: what was decided, for how long, on what facts, whether a program took part, by which rule, and how to appeal. With --link it also makes a link for the holder of the account.',
    )
    .argument('<case>')
    .requiredOption('--account <account>', 'whom it is for')
    .option('--link', 'make a link with which the holder sees it and answers')
    .option('--days <n>', 'how long the link works (standard: cases.linkDays)')
    .addHelpText('after', '\nExample\n  portcullis case statement case-1 --account research --link')
    .action(async (caseId: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}/accounts/${idPart(options.account, 'an account')}`;
      const made = await admin.send<IssuedStatement>('POST', `${path}/statement`);
      const days = options.days === undefined ? {} : { days: Number(options.days) };
      const link = options.link === true ? await admin.send<Link>('POST', `${path}/links`, days) : undefined;
      if (options.json) return io.json({ ...made, ...(link === undefined ? {} : { link }) });
      io.say(printable(made.text));
      io.say();
      if (link === undefined)
        return io.say(
          nextStep(
            `Make a link for the holder: portcullis case statement ${caseId} --account ${options.account} --link`,
            io,
            spellAs(options.as),
          ),
        );
      io.say(`The link works until ${shortTime(link.expiresMs, io.now())}, and is shown this once:`);
      io.say(`  ${link.url ?? link.token}`);
      if (link.url === null) io.say('  The page is not served here: set hearing.port.');
    });
}
