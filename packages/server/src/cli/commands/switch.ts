import { Command } from 'commander';
import type { Drilled, ShownSwitch } from '../../cases/kill-switch.ts';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { count, shortTime } from '../text.ts';

type Options = { readonly reasons?: string; readonly json?: boolean };

export function switchCommand(shell: Shell): Command {
  const command = new Command('switch').description(
    'The switch that stops what no person does: cases that open, and restrictions that take effect by the clock.',
  );
  return command
    .addCommand(showSwitch(shell))
    .addCommand(turnSwitch(shell, 'stop', 'Stops what no person does.'))
    .addCommand(turnSwitch(shell, 'start', 'Lets it go on; what waited is done.'))
    .addCommand(drillSwitch(shell));
}

function showSwitch({ io }: Shell): Command {
  return withConnection(new Command('show'))
    .description('Tells whether it is stopped, and which drills there were.')
    .action(async (options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const shown = await admin.get<ShownSwitch>('/v1/switch');
      if (options.json) return io.json(shown);
      saySwitch(shown, io);
    });
}

function turnSwitch({ io }: Shell, word: 'stop' | 'start', does: string): Command {
  return withConnection(new Command(word))
    .description(does)
    .requiredOption('--reasons <text>', 'why (20 to 2000 characters)')
    .action(async ({ reasons, json }: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const shown = await admin.send<ShownSwitch>('POST', `/v1/switch/${word}`, { reasons });
      if (json) return io.json(shown);
      saySwitch(shown, io);
    });
}

function drillSwitch({ io }: Shell): Command {
  return withConnection(new Command('drill'))
    .description(
      'Stops, looks whether anything is done all the same, starts again, and records what was found.',
    )
    .requiredOption('--reasons <text>', 'why now (20 to 2000 characters)')
    .action(async ({ reasons, json }: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const drilled = await admin.send<Drilled>('POST', '/v1/switch/drill', { reasons });
      if (json) return io.json(drilled);
      io.say(`${drilled.passed ? 'The drill passed.' : 'The drill FAILED.'} ${drilled.found}`);
      if (!drilled.passed) throw failure(EXIT.refused, 'The switch does not stop everything.', drilled.found);
    });
}

function saySwitch(shown: ShownSwitch, io: Io): void {
  if (shown.stopped)
    io.say(
      `Stopped by ${shown.by} at ${shortTime(shown.timeMs, io.now())}: ${shown.reasons} ${count(shown.waiting, 'decision')} of people wait to take effect.`,
    );
  else io.say('Nothing is stopped.');
  const [drill] = shown.drills;
  io.say(
    drill === undefined
      ? 'There was no drill yet: portcullis switch drill'
      : `Last drill ${shortTime(drill.timeMs, io.now())} by ${drill.by}: ${drill.passed ? 'passed' : 'FAILED'}. ${drill.found}`,
  );
}
