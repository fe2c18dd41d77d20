import type { Entry } from '@portcullis/record';
import { createInTurn } from '../accounts/in-turn.ts';
import { type CaseFilter, readCases } from '../projections/cases-projection.ts';
import { readDecisionMembers } from '../projections/decisions-projection.ts';
import type { LedgerEntry } from '../projections/projection.ts';
import { type AnswerInput, answerProposal } from './answer-proposal.ts';
import { type AppealInput, appealCase } from './appeal-case.ts';
import type { CaseContext, CasesConfig, Person } from './case-ports.ts';
import { createCaseReactor } from './case-reactor.ts';
import { type Decided, decide, type DecideInput } from './decide.ts';
import { type OpenedItem, type OpenInput, openEvidence } from './evidence-items.ts';
import { adoptRules } from './adopted-rules.ts';
import { type CommitInput, type Committed, commitView } from './commit-view.ts';
import { createIncidents, type Incidents } from '../incidents/incidents.ts';
import { type Deadline, listDeadlines } from './list-deadlines.ts';
import { createDeadlineReactor } from './deadline-reactor.ts';
import { type Leased, type LeaseInput, releaseCase, takeCase } from './lease-case.ts';
import { createEffectReactor } from './effect-reactor.ts';
import { requireCase } from './case-rules.ts';
import { createHearing } from './hearing.ts';
import { type AccountOfCase, type IssuedStatement, issueStatement } from './issue-statement.ts';
import { composeStatement, type Statement } from './statement.ts';
import { type KnownAnswer, mixInKnown } from './known-cases.ts';
import { createKillSwitch } from './kill-switch.ts';
import { type UndoInput, type Undone, undoDecision } from './undo-decision.ts';
import { computeOversight, type Oversight } from './oversight.ts';
import { orderQueue, type QueuedCase } from './queue.ts';
import { type SeverInput, severAccount } from './sever-account.ts';
import { type ShownCase, showCase } from './show-case.ts';
import { createStandingReactor } from './standing-reactor.ts';

/** Cases and what people decide on them. Every call that changes something throws ServerError saying what to do next. */
export type Cases = {
  /** Finishes what a crash interrupted and reacts to entries from now on; call it once the projections have caught up. */
  start(): Promise<void>;
  /** Reacts to everything again, where an outage of the ledger cut that off; what was done is not done twice. */
  catchUp(): Promise<void>;
  /** Undecided first, those that weigh most first. */
  list(filter?: CaseFilter): QueuedCase[];
  /** Takes a case for a time, or extends that. */
  take(input: LeaseInput): Promise<Leased>;
  release(input: LeaseInput): Promise<Leased>;
  /** Does what time alone brings, such as recording missed deadlines; it also happens by itself, about every half minute. */
  tick(): Promise<void>;
  show(caseId: string, person: Person): ShownCase;
  openEvidence(input: OpenInput): Promise<{ opened: OpenedItem[] }>;
  /** A person's own view, before the detector's score is shown to them. */
  commitView(input: CommitInput): Promise<Committed>;
  decide(input: DecideInput): Promise<Decided>;
  confirm(input: AnswerInput): Promise<Decided>;
  reject(input: AnswerInput): Promise<Decided>;
  appeal(input: AppealInput): Promise<{ appeal: string; next: string }>;
  /** Takes a decision back before it takes effect. */
  undo(input: UndoInput): Promise<Undone>;
  /** Takes an account out of a case and opens it by itself. */
  sever(input: SeverInput): Promise<Decided>;
  /** The statement of reasons as it is now, without writing it down. */
  statement(caseId: string, account: string): Statement;
  issueStatement(input: AccountOfCase): Promise<IssuedStatement>;
  /** How the holder of an account is heard. */
  readonly hearing: ReturnType<typeof createHearing>;
  /** Mixes in a case whose answer is known, to see whether people look. */
  mixInKnown(input: { by: Person; answer: KnownAnswer }): Promise<{ known: string }>;
  /** How people review. */
  oversight(): Oversight;
  readonly incidents: Incidents;
  /** What must be done by when, late ones first. */
  deadlines(): Deadline[];
  /** The switch that stops what no person does. */
  readonly killSwitch: ReturnType<typeof createKillSwitch>;
  /** Takes a decision back: all accounts of the case open again, by a further decision. */
  reopen(input: { case: string; by: Person; reasons: string }): Promise<Decided>;
  /** Resolves when the reactors have worked through all that is projected now. */
  settled(): Promise<void>;
  stop(): void;
};

const LIST_MAX = 500;
const TICK_MS = 30_000;
const REACTS_TO: ReadonlySet<Entry['type']> = new Set([
  'finding',
  'finding.members',
  'decision',
  'decision.effected',
  'switch.turned',
]);

export function createCases(config: CasesConfig): Cases {
  const { appender, store } = config;
  const base = {
    ...config,
    inTurn: createInTurn(),
    async record(entry: Entry, content?: Parameters<typeof appender.append>[0]['content']) {
      const { index } = await appender.append(content === undefined ? { entry } : { entry, content });
      await store.reached(index);
      return index;
    },
  };
  const standings = createStandingReactor(base);
  const context: CaseContext = {
    ...base,
    applyDecisions: standings.apply,
    letTakeEffect: () => effects.run(),
  };
  const effects = createEffectReactor(context);
  const reactor = createCaseReactor(context);
  const deadlines = createDeadlineReactor(context);
  let stopFollowing: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const tick = async (): Promise<void> => {
    await deadlines.run();
    await effects.run();
    await incidents.raiseLate();
  };
  const incidents = createIncidents(context);
  const killSwitch = createKillSwitch(context, async () => {
    await reactor.run();
    await effects.run();
  });

  const react = (batch: readonly LedgerEntry[] = []) => {
    const decided = batch.flatMap(({ entry }) =>
      entry.type === 'decision' || entry.type === 'decision.effected' ? [entry.decision] : [],
    );
    const members = decided.flatMap((decision) => readDecisionMembers(store.db, decision));
    const work = Promise.all([reactor.run(), standings.apply(members)]).then(effects.wakeForNext);
    work.catch((error: unknown) => config.onReactorError?.(error));
  };
  return {
    async start() {
      await adoptRules(context);
      await standings.applyAll();
      await reactor.run();
      await effects.run();
      stopFollowing = store.onProjected((batch) => {
        if (batch.some(({ entry }) => REACTS_TO.has(entry.type))) react(batch);
      });
      react();
      timer = setInterval(
        () => void tick().catch((error: unknown) => config.onReactorError?.(error)),
        TICK_MS,
      );
      timer.unref();
    },
    async catchUp() {
      await standings.applyAll();
      await reactor.run();
      await tick();
    },
    list: (filter) =>
      orderQueue(readCases(store.db, filter), config.settings, config.clock.now()).slice(0, LIST_MAX),
    take: (input) => takeCase(context, input),
    release: (input) => releaseCase(context, input),
    tick,
    show: (caseId, person) => showCase(context, caseId, person),
    openEvidence: (input) => openEvidence(context, input),
    commitView: (input) => commitView(context, input),
    decide: (input) => decide(context, input),
    confirm: (input) => answerProposal(context, 'confirmed', input),
    reject: (input) => answerProposal(context, 'rejected', input),
    appeal: (input) => appealCase(context, input),
    undo: (input) => undoDecision(context, input),
    sever: (input) => severAccount(context, input),
    statement: (caseId, account) => composeStatement(context, requireCase(store, caseId).case, account),
    issueStatement: (input) => issueStatement(context, input),
    hearing: createHearing(context),
    mixInKnown: ({ by, answer }) =>
      mixInKnown(
        {
          ...context,
          createAccount: async (name) => (await config.directory.createAccount({ by: name })).account,
        },
        { by, answer },
      ),
    oversight: () => computeOversight(store, config.settings),
    incidents,
    deadlines: () => listDeadlines(context, incidents),
    killSwitch,
    reopen: (input) =>
      decide(context, {
        ...input,
        measure: 'open',
        accounts: 'all',
        rule: 'The earlier decision is taken back.',
        again: true,
      }),
    settled: () => reactor.run(),
    stop() {
      clearInterval(timer);
      effects.stop();
      stopFollowing?.();
    },
  };
}
