import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { eraseAccount, holdAccount } from './account-erase.ts';
import { createAccount, limitAccount } from './account-limits.ts';
import { listAccounts, showAccount } from './account-show.ts';

export function accountCommand(shell: Shell): Command {
  const command = new Command('account').description('Accounts: who holds API keys.');
  const commands = [listAccounts, showAccount, createAccount, limitAccount, eraseAccount, holdAccount];
  for (const make of commands) command.addCommand(make(shell));
  return command;
}
