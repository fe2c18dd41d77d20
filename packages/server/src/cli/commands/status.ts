import { Command } from 'commander';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import type { WitnessStatus } from '../../witness/witnessing-status.ts';
import type { Io } from '../io.ts';
import { count, printable, shortTime, spellAs, wrap } from '../text.ts';

type Status = {
  readonly version: string;
  readonly you: { readonly operator: string; readonly role: string };
  readonly accepting: boolean;
  readonly outage?: { readonly message: string } | null;
  readonly pendingEntries: number;
  readonly casesToDecide: number;
  readonly casesMissed: number;
  readonly casesDecided: number;
  readonly faults?: readonly { readonly kind?: string; readonly detail?: string; readonly time?: string }[];
};
type Witnessing = {
  readonly quorum: number;
  readonly witnessed: { readonly size: number; readonly lag: number } | null;
  readonly witnesses: readonly WitnessStatus[];
};
type Ledger = {
  readonly witnessing?: Witnessing;
  readonly origin: string;
  readonly size: number;
  readonly lag?: Readonly<Record<string, number>>;
  readonly guarantee?: { readonly guarantee: string; readonly reasons: readonly string[] } | null;
};

export function statusCommand({ io }: Shell): Command {
  return withConnection(new Command('status'))
    .summary('how a running server is')
    .description('Tells how a running server is, and what waits for people.')
    .addHelpText('after', '\nExamples\n  portcullis status\n  portcullis status --as iris --json')
    .action(async (options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const [status, ledger] = await Promise.all([
        admin.get<Status>('/v1/status'),
        admin.get<Ledger>('/v1/ledger'),
      ]);
      if (options.json) return io.json({ ...status, ledger });
      const state = status.accepting
        ? io.style.good('takes entries')
        : io.style.bad('takes no entries: the gate answers 503');
      const why = status.outage?.message;
      io.say(
        `Portcullis ${status.version} at ${admin.url}; you are ${status.you.operator} (${status.you.role}).`,
      );
      io.say(
        `  ledger   ${printable(ledger.origin)}, ${count(ledger.size, 'entry', 'entries')}; it ${state}`,
      );
      if (why !== undefined) io.say(`           ${printable(why)}`);
      const behind = Object.entries(ledger.lag ?? {}).filter(([, entries]) => entries > 0);
      if (behind.length > 0)
        io.say(`  behind   ${behind.map(([name, entries]) => `${name} by ${entries}`).join(', ')}`);
      sayWitnessing(io, ledger.witnessing);
      sayGuarantee(io, ledger.guarantee);
      io.say(`  cases    ${status.casesToDecide} to decide, ${status.casesDecided} decided`);
      for (const fault of status.faults ?? [])
        io.say(
          wrap(`${fault.kind ?? 'fault'}: ${fault.detail ?? ''}`, io.width, '           ', '  fault    '),
        );
      if (status.casesMissed > 0) io.say(`           ${status.casesMissed} of them past their deadline`);
      if (status.casesToDecide > 0)
        io.say(`\nNext: ${io.program} case list${spellAs(command.opts<{ as?: string }>().as)}`);
    });
}

/** Findings of the calibrated detector have an error bound as long as it is held. */
function sayGuarantee(io: Io, given: Ledger['guarantee']): void {
  if (given === undefined || given === null) return;
  const { guarantee, reasons } = given;
  if (guarantee === 'held') return io.say('  bound    held: the calibrated detector names accounts');
  io.say(`  bound    ${io.style.bad('suspended')}: the calibrated detector names nobody`);
  for (const reason of reasons) io.say(wrap(reason, io.width, '           '));
}

function sayWitnessing(io: Io, witnessing: Witnessing | undefined): void {
  if (witnessing === undefined) return;
  const { witnesses, witnessed, quorum } = witnessing;
  if (witnesses.length === 0) return io.say('  witness  none is configured: the ledger is unwitnessed');
  const reach =
    witnessed === null
      ? 'no checkpoint is witnessed yet'
      : `witnessed up to ${count(witnessed.size, 'entry', 'entries')}, ${witnessed.lag} behind`;
  io.say(`  witness  ${reach} (${quorum} of ${witnesses.length} must cosign)`);
  for (const { name, state, alarm, message, size, time, lag } of witnesses) {
    const shown = alarm === null ? state : io.style.bad(`ALARM: ${alarm}`);
    const last =
      time === null
        ? 'never cosigned'
        : `cosigned ${size} at ${shortTime(Date.parse(time), io.now())}, ${lag} behind`;
    io.say(`           ${printable(name)}: ${shown}; ${last}`);
    if (message !== '') io.say(wrap(message, io.width, '             '));
  }
}
