import { Command } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { count, shortTime, spellAs, table } from '../text.ts';

export type Limits = { requestsPerMinute?: number; tokensPerMinute?: number; tokensPerDay?: number };
type Account = {
  readonly account: string;
  readonly createdAt: string;
  readonly limits: Limits;
  readonly standing: string;
  readonly case: string | null;
  readonly legalHold: boolean;
};
type Page = { readonly accounts: readonly Account[]; readonly total: number; readonly next: string | null };
type Shown = Account & {
  readonly figures?: { exchanges: number; tokens: number; refusals: number; lastMs: number | null };
  readonly tokensToday: number;
  readonly keys: readonly { key: string; issuedAt: string; revoked: boolean }[];
  readonly standings: readonly { index: number; standing: string; timeMs?: number; case?: string | null }[];
};

export function listAccounts({ io }: Shell): Command {
  return withConnection(new Command('list'))
    .description('Lists accounts with standing and limits.')
    .option('--after <account>', 'go on after this account (1000 at a time)')
    .addHelpText('after', '\nExamples\n  portcullis account list')
    .action(async (options: { json?: boolean; after?: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const query = options.after === undefined ? '' : `?after=${encodeURIComponent(options.after)}`;
      const page = await admin.get<Page>(`/v1/accounts${query}`);
      if (options.json) return io.json(page);
      if (page.accounts.length === 0)
        return io.say(`There are no accounts. Make one: ${io.program} account create NAME`);
      const columns = [
        { title: 'account' },
        { title: 'standing' },
        { title: 'case' },
        { title: 'limits' },
        { title: 'made' },
      ];
      const rows = page.accounts.map((each) => [
        each.account,
        each.standing + (each.legalHold ? ', legal hold' : ''),
        each.case ?? '',
        limitText(each.limits),
        shortTime(Date.parse(each.createdAt), io.now()),
      ]);
      io.say(table(columns, rows, io.style));
      if (page.next !== null)
        io.say(`\n${page.total} in all. Go on: ${io.program} account list --after ${page.next}`);
    });
}

export function limitText(limits: Limits): string {
  const parts = [
    limits.requestsPerMinute === undefined ? '' : `${limits.requestsPerMinute} requests/min`,
    limits.tokensPerMinute === undefined ? '' : `${limits.tokensPerMinute} tokens/min`,
    limits.tokensPerDay === undefined ? '' : `${limits.tokensPerDay} tokens/day`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'default';
}

export function showAccount({ io }: Shell): Command {
  return withConnection(new Command('show'))
    .description('Shows an account: what it did, its keys (never their secrets), and its standing.')
    .argument('<account>')
    .addHelpText('after', '\nExamples\n  portcullis account show research')
    .action(async (account: string, options: { json?: boolean; as?: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const shown = await admin.get<Shown>(`/v1/accounts/${idPart(account, 'an account')}`);
      if (options.json) return io.json(shown);
      sayAccount(shown, io, spellAs(options.as));
    });
}

function sayAccount(shown: Shown, io: Io, as: string): void {
  const why =
    shown.case === null ? '' : ` because of ${shown.case} (${io.program} case show ${shown.case}${as})`;
  io.say(`${io.style.bold(shown.account)} is ${shown.standing}${why}.`);
  io.say(`  made     ${shortTime(Date.parse(shown.createdAt), io.now())}`);
  io.say(`  limits   ${limitText(shown.limits)}`);
  if (shown.figures) {
    const { exchanges, tokens, refusals, lastMs } = shown.figures;
    io.say(
      `  traffic  ${count(exchanges, 'exchange')}, ${count(tokens, 'token')} (${shown.tokensToday} today), ${refusals} refused; last ${shortTime(lastMs, io.now())}`,
    );
  }
  if (shown.legalHold) io.say('  legal hold: nothing of it can be erased');
  for (const key of shown.keys)
    io.say(
      `  key      ${key.key}, issued ${shortTime(Date.parse(key.issuedAt), io.now())}${key.revoked ? ', revoked' : ''}`,
    );
  for (const each of shown.standings)
    io.say(`  standing ${each.standing} by entry ${each.index}${each.case ? `, ${each.case}` : ''}`);
}
