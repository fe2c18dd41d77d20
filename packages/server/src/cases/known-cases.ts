import {
  base64,
  commit,
  createEntry,
  deriveSalt,
  fromUtf8,
  SALT_BYTES,
  utf8,
  type View,
} from '@portcullis/record';
import { randomId } from '../accounts/random.ts';
import { chatPrompt, campaignPrompt } from '../practice/rehearsal/prompts.ts';
import { createRandom } from '../practice/rehearsal/random.ts';
import { readCaseFindings } from '../projections/cases-projection.ts';
import { readFindings } from '../projections/findings-projection.ts';
import { readKnownWaiting } from '../projections/known-projection.ts';
import { ServerError } from '../server-error.ts';
import { openKept } from '../vault/open-kept.ts';
import { sealContent } from '../vault/sealed-content.ts';
import type { CaseContext, Person } from './case-ports.ts';
import { accountsSha256 } from './member-list.ts';

// A case whose answer is known, mixed in among the others to see whether people look. The ledger holds a commitment to its answer from before it
// was opened, and the answer once somebody has committed a view. Its accounts are made for it, have no key, and nothing is ever decided on them.

export type KnownAnswer = Extract<View, 'extraction' | 'not'>;
export type Revealed = { readonly answer: KnownAnswer; readonly isRight: boolean };

const ACCOUNTS = 6;
const EXAMPLES = 4;
const EXCHANGES_EACH = 20;
const DAY_MS = 86_400_000;
const FRAMES = 6;

/** What the ledger commits to. */
const spell = (finding: string, answer: KnownAnswer): Uint8Array => utf8(`${finding}\n${answer}`);

/**
 * Mixes a case with a known answer in, made of the rehearsal's synthetic text. Which case it becomes is not told, not even to who asked.
 * @throws ServerError `forbidden`, `bad-request`, `conflict` (no finding yet that it could look like)
 */
export async function mixInKnown(
  context: CaseContext & { readonly createAccount: (by: string) => Promise<string> },
  { by, answer }: { readonly by: Person; readonly answer: KnownAnswer },
): Promise<{ known: string }> {
  if (answer !== 'extraction' && answer !== 'not')
    throw new ServerError('bad-request', 'The answer is extraction or not.');
  const [like] = readFindings(context.store.db, 1);
  if (like === undefined)
    throw new ServerError(
      'conflict',
      'There is no finding yet that it could look like. Try again after the first.',
    );
  const accounts: string[] = [];
  for (let i = 0; i < ACCOUNTS; i++) accounts.push(await context.createAccount(by.operator));
  const finding = randomId(context.random, 'find', 6);
  const known = randomId(context.random, 'known', 6);
  await commitAnswer(context, known, finding, answer, accounts[0] as string);
  const examples = await appendMembers(context, finding, answer, accounts);
  const nowMs = context.clock.now();
  const exchanges = ACCOUNTS * EXCHANGES_EACH;
  const what = `${ACCOUNTS} accounts sent ${exchanges} exchanges that share one template with at least ${exchanges} different slot values.`;
  await context.record(
    createEntry('finding', nowMs, {
      ...like.entry,
      finding,
      campaign: randomId(context.random, 'camp', 6),
      supersedes: [],
      accounts_total: ACCOUNTS,
      accounts_sha256: accountsSha256(accounts),
      exchanges,
      first_time: new Date(nowMs - DAY_MS).toISOString(),
      last_time: new Date(nowMs).toISOString(),
      signals: [{ name: 'shared-template', sentence: what, count: exchanges, examples }],
    }),
  );
  return { known };
}

async function commitAnswer(
  context: CaseContext,
  known: string,
  finding: string,
  answer: KnownAnswer,
  account: string,
): Promise<void> {
  const seed = context.random(SALT_BYTES);
  const value = spell(finding, answer);
  const commitment = commit('known.committed/answer', deriveSalt(seed, 'answer'), value);
  const content = sealContent(context.directory.vaultKey(account), `known.committed/${known}`, {
    seed,
    parts: { answer: value },
  });
  const body = { known, commitments: { answer: base64(commitment) } };
  await context.record(createEntry('known.committed', context.clock.now(), body), content);
}

/** A member list in parts of one account, each with a text of it. @returns the indices of the first of them, which are its examples */
async function appendMembers(
  context: CaseContext,
  finding: string,
  answer: KnownAnswer,
  accounts: readonly string[],
): Promise<number[]> {
  const seed = (context.random(4)[0] ?? 0) + 1;
  const random = createRandom(seed * 7919);
  const indices: number[] = [];
  for (const [i, account] of accounts.entries()) {
    const prompt =
      answer === 'extraction'
        ? campaignPrompt(seed * ACCOUNTS + i, 1 + (seed % FRAMES))
        : chatPrompt(random, 0);
    const request = utf8(JSON.stringify({ messages: [{ role: 'user', content: prompt }] }));
    const content = sealContent(context.directory.vaultKey(account), `finding.members/${finding}`, {
      seed: context.random(SALT_BYTES),
      parts: { request },
    });
    const body = { finding, part: i + 1, parts: accounts.length, accounts: [account] };
    indices.push(await context.record(createEntry('finding.members', context.clock.now(), body), content));
  }
  return indices.slice(0, EXAMPLES);
}

/** Tells the answer of a case once somebody has committed a view, if it is one that is known. */
export async function revealKnown(
  context: CaseContext,
  caseId: string,
  by: string,
  view: View,
): Promise<Revealed | null> {
  const { db } = context.store;
  const findings = new Set(readCaseFindings(db, caseId).map((each) => each.finding));
  for (const { known, index } of readKnownWaiting(db)) {
    const kept = await openKept(context.vault, index);
    if (typeof kept === 'string') continue;
    const [finding = '', answer] = fromUtf8(kept.parts.answer ?? new Uint8Array()).split('\n');
    if (!findings.has(finding) || (answer !== 'extraction' && answer !== 'not')) continue;
    const salt = base64(deriveSalt(kept.seed, 'answer'));
    const isRight = view === answer;
    await context.record(
      createEntry('known.revealed', context.clock.now(), {
        known,
        case: caseId,
        finding,
        answer,
        salt,
        by,
        right: isRight,
      }),
    );
    return { answer, isRight };
  }
  return null;
}
