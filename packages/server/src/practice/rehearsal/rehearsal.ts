import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../../server-error.ts';
import { type Actor, type ActorKind, CAST, createActors } from './actors.ts';
import { type AdminCalls, createAdminCalls } from './admin-calls.ts';
import { proveCase } from './prove-case.ts';
import { type OpenedItem, quotedTemplates } from './quoted-templates.ts';
import type { Screen } from './screen.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** What the rehearsal needs; it is a client like any other and uses only the two HTTP interfaces. */
export type RehearsalOptions = {
  readonly gateUrl: string;
  readonly adminUrl: string;
  readonly dataDir: string;
  readonly operators: {
    readonly admin: Operator;
    readonly reviewers: readonly [Operator, Operator];
    readonly hearsAppeals: string;
  };
  /** Which rehearsal on this data directory this is, from 1. */
  readonly run: number;
  readonly seed: number;
  /** Play the two reviewers without asking. */
  readonly yes: boolean;
  readonly screen: Screen;
  readonly signal: AbortSignal;
};

export type Operator = { readonly name: string; readonly token: string };
export type RehearsalResult = { readonly case: string; readonly bundleDir: string; readonly verdict: string };

type CaseSummary = { readonly case: string; readonly state: string; readonly accountsTotal: number };
type CaseView = CaseSummary & {
  readonly accounts: readonly { readonly account: string }[];
  readonly newestFinding: {
    signals: { sentence: string }[];
    against: string[];
  };
};

const FINDING_TIMEOUT_MS = 120_000;
const EXPECTED_EXCHANGES = 420;
const POLL_MS = 400;
/** How long a finding may still grow before it is shown. */
const GROWTH_MS = 20_000;
const SHORT_REASONS = 'They divide one work list between them.';
const REASONS =
  'Twelve accounts divide one work list between them and ask for worked reasoning in one shared form; the examples were read and none looks like a person at work.';

/** Plays the whole main job once: traffic, finding, case, decision, refusal, bundle, verification. */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const { screen } = options;
  const admin = createAdminCalls(options.adminUrl, options.operators.admin.token);
  const actors = createActors(options.run, options.seed);
  screen.line(
    screen.bold('Rehearsal') +
      `: ${actors.length} practice accounts, all traffic is synthetic and stays on this machine.`,
  );
  screen.line(`  ${describeCast()}`);
  const keys = await createAccounts(admin, actors);
  const traffic = startTraffic(options.gateUrl, actors, keys);
  try {
    const found = await waitForCase(admin, actors, traffic, options);
    showCase(found, options);
    await decide(found.case, traffic, options);
    await waitForEffect(found.case, admin, options);
    await showEffect(traffic, options);
    return await proveCase(found.case, admin, options);
  } finally {
    screen.settle();
    await traffic.stop();
  }
}

function describeCast(): string {
  const benign = Object.entries(CAST).filter(([kind]) => kind !== 'campaign');
  return `${benign.map(([kind, count]) => `${count} ${kind}${count > 1 ? 's' : ''}`).join(', ')}; and ${CAST.campaign} accounts that act as one campaign.`;
}

async function createAccounts(admin: AdminCalls, actors: readonly Actor[]): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  // All at once: each call waits until what it did can be read back.
  await Promise.all(
    actors.map(async ({ account }) => {
      // Who does honest work was here in an earlier rehearsal.
      const known = await admin.get(`/v1/accounts/${account}`).then(
        () => true,
        () => false,
      );
      if (!known) await admin.post('/v1/accounts', { account });
      const issued = await admin.post<{ secret: string }>(`/v1/accounts/${account}/keys`);
      keys.set(account, issued.secret);
    }),
  );
  return keys;
}

/** A case with how many of its accounts act in this rehearsal. */
type Found = CaseView & { readonly ours: number };

async function waitForCase(
  admin: AdminCalls,
  actors: readonly Actor[],
  traffic: Traffic,
  { screen, signal }: RehearsalOptions,
): Promise<Found> {
  const startedAt = performance.now();
  let foundAt: number | undefined;
  while (performance.now() - startedAt < FINDING_TIMEOUT_MS) {
    signal.throwIfAborted();
    await sleep(POLL_MS, undefined, { signal });
    const sent = sum(traffic, 'sent');
    screen.progress(
      '  exchanges',
      sent,
      EXPECTED_EXCHANGES,
      `${sent} sent, ${sum(traffic, 'answered')} answered and recorded, ${sum(traffic, 'failed')} failed`,
    );
    const found = await findCase(admin, actors);
    if (found === undefined) continue;
    foundAt ??= performance.now();
    if (found.ours === CAST.campaign || performance.now() - foundAt > GROWTH_MS) return found;
  }
  throw new ServerError(
    'conflict',
    'The rehearsal saw no finding within two minutes. On a very busy machine that can happen: stop it, and run npm start in an empty folder.',
  );
}

/** The open case that any account of this rehearsal's campaign is part of. */
async function findCase(admin: AdminCalls, actors: readonly Actor[]): Promise<Found | undefined> {
  const campaign = new Set(actors.filter((one) => one.kind === 'campaign').map((one) => one.account));
  for (const account of campaign) {
    const { cases } = await admin.get<{ cases: CaseSummary[] }>(`/v1/cases?account=${account}`);
    const open = cases.find((one) => one.state === 'open');
    if (open === undefined) continue;
    const view = await admin.get<CaseView>(`/v1/cases/${open.case}`);
    return { ...view, ours: view.accounts.filter((one) => campaign.has(one.account)).length };
  }
  return undefined;
}

function showCase(found: Found, { screen, operators, adminUrl }: RehearsalOptions): void {
  screen.line();
  screen.line(screen.bold(`Finding: ${found.accountsTotal} accounts act as one.`));
  if (found.accountsTotal > found.ours)
    screen.line(
      `  ${found.ours} of them are of this rehearsal; the others sent the same templates in earlier ones.`,
    );
  for (const signal of found.newestFinding.signals) screen.line(`  • ${signal.sentence}`);
  screen.line('  What speaks against it:');
  for (const sentence of found.newestFinding.against) screen.line(`  • ${sentence}`);
  screen.line();
  const [first, second] = operators.reviewers;
  screen.line(
    screen.bold(
      `Case ${found.case} is open. Two people must agree to hold accounts. In another terminal, in this folder:`,
    ),
  );
  screen.line(`  npx portcullis case show ${found.case} --as ${first.name}`);
  screen.line(`  npx portcullis case view ${found.case} --as ${first.name}`);
  const commit = `npx portcullis case commit ${found.case} --view extraction --reasons "${SHORT_REASONS}"`;
  screen.line(`  ${commit} --as ${first.name}`);
  screen.line(
    `  npx portcullis case decide ${found.case} --measure hold --reasons "${SHORT_REASONS}" --as ${first.name}`,
  );
  screen.line(`  npx portcullis case view ${found.case} --as ${second.name}`);
  screen.line(`  ${commit} --as ${second.name}`);
  screen.line(
    `  npx portcullis case decide ${found.case} --confirm --reasons "${SHORT_REASONS}" --as ${second.name}`,
  );
  screen.line(
    `  … or in a browser, as ${first.name} and then as ${second.name}: ${adminUrl}/console/cases/${found.case}`,
  );
}

/** Waits for people at another terminal, or plays them. */
async function decide(caseId: string, traffic: Traffic, options: RehearsalOptions): Promise<void> {
  const { screen, signal } = options;
  const question = screen.enter();
  let play = options.yes;
  if (!play) {
    screen.line(screen.bold('  … or press Enter here, and the rehearsal plays both reviewers.'));
    void question.pressed.then(() => {
      play = true;
    });
  }
  const admin = createAdminCalls(options.adminUrl, options.operators.admin.token);
  try {
    for (;;) {
      signal.throwIfAborted();
      if (play) return await playReviewers(caseId, options);
      const { state } = await admin.get<{ state: string }>(`/v1/cases/${caseId}`);
      if (state !== 'open' && state !== 'proposed') return;
      screen.progress('  Waiting for a decision', 0, 0, `${sum(traffic, 'sent')} exchanges`);
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    question.cancel();
  }
}

async function playReviewers(
  caseId: string,
  { screen, adminUrl, operators }: RehearsalOptions,
): Promise<void> {
  const [first, second] = operators.reviewers.map((one) => ({
    ...one,
    calls: createAdminCalls(adminUrl, one.token),
  })) as [Played, Played];
  const path = `/v1/cases/${caseId}`;
  const templates = await openTemplates(first, path);
  screen.line(`  ${first.name} opened the evidence. What the examples share:`);
  for (const quoted of templates) screen.line(`  • “${quoted}”`);
  const { score } = await commitView(first, path);
  screen.line(
    `  ${first.name} said: extraction. Only then the detector's score was shown: ${score.statistic}.`,
  );
  screen.line(`  ${score.bound.statement}`);
  const proposed = await afterLooking(first, path, () =>
    first.calls.post<{ decision: string }>(`${path}/decisions`, {
      measure: 'hold',
      accounts: 'all',
      reasons: REASONS,
      rule: 'Terms of use: no extraction of the model.',
    }),
  );
  screen.line(`  ${first.name} proposed: hold.`);
  await commitView(second, path);
  await afterLooking(second, path, () =>
    second.calls.post(`${path}/decisions/${proposed.decision}/confirm`, {
      reasons: `I read the same examples on my own. ${REASONS}`,
    }),
  );
  screen.line(
    `  ${second.name} opened the evidence, said the same blind, and confirmed. An appeal would go to somebody else: ${operators.hearsAppeals}.`,
  );
}

/** The templates behind the finding, which only who opens the evidence sees. */
async function openTemplates({ calls }: Played, path: string): Promise<string[]> {
  return quotedTemplates((await calls.post<{ opened: OpenedItem[] }>(`${path}/evidence`)).opened);
}

/** Acts; once more with the evidence opened anew where the case has grown in between, since what was added was not opened. */
async function afterLooking<T>({ calls }: Played, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch {
    await calls.post(`${path}/evidence`);
    return act();
  }
}

type Score = { readonly statistic: number; readonly bound: { readonly statement: string } };

/** Opens the evidence and says what it shows; the answer has what the detector says. */
async function commitView(person: Played, path: string): Promise<{ score: Score }> {
  const { calls } = person;
  await calls.post(`${path}/evidence`);
  return afterLooking(person, path, () =>
    calls.post<{ score: Score }>(`${path}/views`, { view: 'extraction', reasons: REASONS }),
  );
}

type Made = {
  readonly takesEffectMs: number | null;
  effectedIndex: number | null;
  undoneIndex: number | null;
};

/** A decision can be undone for some seconds, and only then changes what the gate does. */
async function waitForEffect(
  caseId: string,
  admin: AdminCalls,
  { screen, signal }: RehearsalOptions,
): Promise<void> {
  for (let said = false; ; ) {
    const { decisions } = await admin.get<{ decisions: Made[] }>(`/v1/cases/${caseId}`);
    const waits = decisions.some(
      (each) => each.takesEffectMs !== null && each.effectedIndex === null && each.undoneIndex === null,
    );
    if (!waits) return;
    if (!said) screen.line('  It takes effect in a few seconds; until then whoever decided it can undo it.');
    said = true;
    await sleep(POLL_MS, undefined, { signal });
  }
}

type Played = Operator & { readonly calls: AdminCalls };

/** Asks once more from every account, and shows who is refused now. */
async function showEffect(traffic: Traffic, { screen }: RehearsalOptions): Promise<void> {
  await sleep(1000); // A change of standing reaches the gate within one second.
  const replies = await traffic.once();
  screen.line();
  screen.line(screen.bold('The gate now:'));
  for (const kind of Object.keys(CAST) as ActorKind[]) {
    const mine = replies.filter((one) => one.actor.kind === kind);
    const answered = mine.filter((one) => one.reply.status === 200).length;
    const codes = [...new Set(mine.map((one) => one.reply.code).filter((code) => code !== undefined))];
    screen.line(
      `  ${kind.padEnd(15)} ${String(answered).padStart(2)} of ${mine.length} answered${codes.length > 0 ? `, the others refused: ${codes.join(', ')}` : ''}`,
    );
  }
  screen.line();
}

function sum(traffic: Traffic, field: 'sent' | 'answered' | 'failed'): number {
  let total = 0;
  for (const tally of traffic.tallies.values()) total += tally[field];
  return total;
}
