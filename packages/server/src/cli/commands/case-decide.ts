import { Command, Option } from 'commander';
import { type Admin, idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Shell } from '../run-command-line.ts';
import { count, nextStep, spellAs, spellAsOther } from '../text.ts';

type Options = {
  readonly measure?: string;
  readonly reasons?: string;
  readonly rule: string;
  readonly account?: readonly string[];
  readonly appeal?: string;
  readonly again?: boolean;
  readonly immediate?: string;
  readonly confirm?: string | true;
  readonly reject?: string | true;
  readonly json?: boolean;
  readonly as?: string;
};
type Decided = {
  readonly decision: string;
  readonly step: 'proposed' | 'final' | 'confirmed' | 'rejected';
  readonly measure: string;
  readonly accountsTotal: number;
  readonly next: string;
};

const MEASURES = ['open', 'slow', 'plain', 'hold', 'closed', 'dismiss'];
const RULE = "The operator's terms of use.";

export function decideCase({ io }: Shell): Command {
  return withConnection(new Command('decide'))
    .description(
      'Decides a case, with reasons. open, slow, plain and dismiss are one person’s; hold and closed are a proposal until another person confirms. A decision takes effect once it can not be undone any more (cases.undoSeconds). Open the evidence and commit your view first: portcullis case view CASE, portcullis case commit CASE.',
    )
    .argument('<case>')
    .addOption(new Option('--measure <measure>', 'what is to be done').choices(MEASURES))
    .option(
      '--confirm [decision]',
      'confirm the proposal of another person; the one that waits where none is named',
    )
    .option('--reject [decision]', 'reject it, or withdraw your own')
    .option('--reasons <text>', 'why, in words the account could be told (20 to 2000 characters)')
    .option('--rule <text>', 'the rule by which the case is judged', RULE)
    .option('--account <account...>', 'only these accounts of the case')
    .option('--appeal <appeal>', 'the appeal that this answers')
    .option('--again', 'replace an earlier decision')
    .option('--immediate <why>', 'with --confirm of a hold: it takes effect at once, and why')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case decide case-1 --measure hold --reasons "Twelve accounts divide one work list."\n  portcullis case decide case-1 --confirm --reasons "I read the examples and agree."\n  portcullis case decide case-1 --measure dismiss --reasons "A class doing the same homework."',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      checkOptions(options);
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}`;
      const decided = await sendDecision(admin, path, options);
      if (options.json) return io.json(decided);
      const accounts = count(decided.accountsTotal, 'account');
      io.say(
        `${io.style.bold(decided.decision)}: ${decided.measure} for ${accounts}, ${WORDS[decided.step]}.`,
      );
      const as = decided.step === 'proposed' ? spellAsOther(options.as) : spellAs(options.as);
      io.say(nextStep(decided.next, io, as));
    });
}

const WORDS: Readonly<Record<Decided['step'], string>> = {
  proposed: 'proposed; nothing has changed yet',
  final: 'decided',
  confirmed: 'confirmed',
  rejected: 'rejected; nothing has changed',
};

function checkOptions(options: Options): void {
  const ways = [options.measure, options.confirm, options.reject].filter((each) => each !== undefined);
  if (ways.length !== 1)
    throw failure(
      EXIT.wrongUse,
      'Say one of --measure MEASURE, --confirm and --reject.',
      `Measures are ${MEASURES.join(', ')}.`,
    );
  if (options.reasons === undefined || options.reasons.trim() === '')
    throw failure(
      EXIT.wrongUse,
      'A decision needs reasons.',
      'Add --reasons "…", in words the account could be told.',
    );
}

async function sendDecision(admin: Admin, path: string, options: Options): Promise<Decided> {
  const { measure, reasons, rule, account, appeal, again } = options;
  const answered = options.confirm ?? options.reject;
  if (answered !== undefined) {
    const decision = answered === true ? await pendingDecision(admin, path) : idPart(answered, 'a decision');
    const word = options.confirm === undefined ? 'reject' : 'confirm';
    return admin.send('POST', `${path}/decisions/${decision}/${word}`, {
      reasons,
      ...(options.immediate === undefined ? {} : { immediate: options.immediate }),
    });
  }
  return admin.send('POST', `${path}/decisions`, {
    measure,
    reasons,
    rule,
    ...(account === undefined ? {} : { accounts: account }),
    ...(appeal === undefined ? {} : { appeal }),
    ...(again === true ? { again } : {}),
  });
}

async function pendingDecision(admin: Admin, path: string): Promise<string> {
  const { pending } = await admin.get<{ pending: string | null }>(path);
  if (pending === null)
    throw failure(
      EXIT.refused,
      'No proposal of this case waits for an answer.',
      'See what was decided: portcullis case show CASE',
    );
  return pending;
}
