import { Command, CommanderError, Help, type Option } from 'commander';
import { VERSION } from '../version.ts';
import { accountCommand } from './commands/account.ts';
import { caseCommand } from './commands/case.ts';
import { exportCommand } from './commands/export.ts';
import { fsckCommand } from './commands/fsck.ts';
import { huntCommand } from './commands/hunt.ts';
import { incidentCommand } from './commands/incident.ts';
import { initCommand } from './commands/init.ts';
import { keyCommand } from './commands/key.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { operatorCommand } from './commands/operator.ts';
import { receiptCommand } from './commands/receipt.ts';
import { reloadCommand } from './commands/reload.ts';
import { reportCommand } from './commands/report.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { switchCommand } from './commands/switch.ts';
import { vaultCommand } from './commands/vault.ts';
import { verifyCommand } from './commands/verify.ts';
import { witnessCommand } from './commands/witness.ts';
import { EXIT, explain } from './exits.ts';
import type { Io } from './io.ts';
import { asTyped } from './text.ts';

/** A command of the program; its action sets the exit status by {@link Shell.exit} where it is not 0. */
export type Shell = { readonly io: Io; exit(status: number): void };

const EPILOGUE = `
Exit status: 0 done, 1 refused or failed, 2 wrong use, 3 no server answers, 4 the disk failed.
Start here: "portcullis start" in an empty folder shows the whole job on synthetic traffic.`;

/** Runs one command. Never throws. @returns the exit status */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  let status: number = EXIT.ok;
  const shell: Shell = {
    io,
    exit(given) {
      status = given;
    },
  };
  const program = buildProgram(shell);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse;
    const { exit, message, hint } = explain(error);
    io.progress('');
    io.note(`${io.style.bad('portcullis:')} ${asTyped(message, io)}`);
    if (hint !== '') io.note(asTyped(hint, io));
    return exit;
  }
}

function buildProgram(shell: Shell): Command {
  const program = new Command('portcullis')
    .description('A gate in front of model APIs that records, finds, lets people decide, and proves.')
    .version(VERSION)
    // Options belong to the command before them, also where a command has both options and commands of its own.
    .enablePositionalOptions()
    .addHelpText('after', EPILOGUE);
  const commands = [
    startCommand,
    initCommand,
    statusCommand,
    reloadCommand,
    caseCommand,
    incidentCommand,
    switchCommand,
    accountCommand,
    keyCommand,
    operatorCommand,
    exportCommand,
    reportCommand,
    verifyCommand,
    receiptCommand,
    ledgerCommand,
    vaultCommand,
    fsckCommand,
    huntCommand,
    witnessCommand,
  ];
  for (const make of commands) program.addCommand(make(shell));
  prepare(program, shell.io);
  return program;
}

/** Errors are ours to print, and every wrong use says where help is. */
function prepare(command: Command, io: Io): void {
  command.exitOverride();
  command.configureHelp({ helpWidth: io.width, visibleOptions: ownOptionsFirst });
  command.configureOutput({
    writeOut: (text) => io.say(text.replace(/\n$/, '')),
    writeErr: (text) => io.note(text.replace(/\n$/, '').replace(/^error: /, 'portcullis: ')),
  });
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  command.showHelpAfterError(`See ${names.join(' ')} --help`);
  for (const each of command.commands) prepare(each, io);
}

/** What a command is about, before how it finds a server. */
function ownOptionsFirst(command: Command): Option[] {
  const all = new Help().visibleOptions(command);
  return [
    ...all.filter((option) => option.helpGroupHeading === undefined),
    ...all.filter((option) => option.helpGroupHeading !== undefined),
  ];
}
