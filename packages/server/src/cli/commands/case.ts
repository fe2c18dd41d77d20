import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { appealCase } from './case-appeal.ts';
import { commitView } from './case-commit.ts';
import { decideCase } from './case-decide.ts';
import { listCases } from './case-list.ts';
import { severAccount } from './case-sever.ts';
import { showCase } from './case-show.ts';
import { stateReasons } from './case-statement.ts';
import { takeCase } from './case-take.ts';
import { undoDecision } from './case-undo.ts';
import { viewCase } from './case-view.ts';

export function caseCommand(shell: Shell): Command {
  const command = new Command('case').description('Cases: what was found, and what people decide.');
  for (const make of [
    listCases,
    showCase,
    takeCase,
    viewCase,
    commitView,
    decideCase,
    severAccount,
    stateReasons,
    undoDecision,
    appealCase,
  ])
    command.addCommand(make(shell));
  return command;
}
