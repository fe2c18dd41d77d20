import type { Cosignatures } from '../describe-cosignatures.ts';
import type { ChosenRange } from '../choose-range.ts';
import type { ExportRequest } from '../evidence-ports.ts';
import type { FoundCase } from '../find-case.ts';
import type { Absent } from '../fourteen-points.ts';
import type { CaseEntries } from '../write-leaves.ts';
import { reportFindings } from './finding.ts';
import { reportPeople } from './people.ts';
import { count, list, plain, readableTime } from './plain.ts';

export type ReportFacts = {
  readonly request: ExportRequest;
  readonly found: FoundCase;
  readonly entries: CaseEntries;
  readonly range: ChosenRange;
  readonly absent: readonly Absent[];
  readonly witnessed: Cosignatures;
  readonly bundle: string;
  readonly origin: string;
  readonly createdAt: string;
  readonly version: string;
};

const FAULTS_SHOWN = 50;

/** `report.md`: the bundle in plain words, with what it does not show. */
export function writeReport(facts: ReportFacts): string {
  return `${[reportHead(facts), reportShort(facts), reportFindings(facts.found), reportPeople(facts.entries), reportContents(facts), reportLimits(facts), reportChecking(facts)].join('\n\n')}\n`;
}

function reportHead({ request, found, bundle, origin, createdAt, version, entries }: ReportFacts): string {
  return `# Case ${found.id}

Bundle ${bundle}, exported ${readableTime(createdAt)} by ${plain(request.by)} with portcullis ${version} from the ledger ${plain(origin)}.

| | |
|---|---|
| requested by | ${plain(request.requester)} |
| purpose | ${plain(request.purpose)} |
| legal basis, as the exporter states it | ${plain(request.legalBasis)} |
| period | ${readableTime(entries.times.from)} to ${readableTime(createdAt)} |
| accounts concerned | ${found.accused.size} |

This report is written by a program from the entries of the ledger. Where it and an entry differ, the entry counts.`;
}

/** The whole of it in four sentences, for who reads no further. */
function reportShort({ found, entries }: ReportFacts): string {
  const newest = found.findings.at(-1)?.entry;
  const bound = newest?.bound.kind === 'alpha' ? 'with a stated error bound' : 'without any error bound';
  const last = entries
    .of('decision')
    .findLast(({ entry }) => entry.step === 'final' || entry.step === 'confirmed');
  const decided =
    last === undefined
      ? 'Nobody has decided the case.'
      : `The last decision in effect is “${last.entry.measure}” for ${last.entry.accounts_total} of ${count(found.accused.size, 'account')}, by ${plain(last.entry.by)} (entry ${last.index}). ${sayStandingNow(found, entries)}`;
  const appeals = entries.of('appeal').length;
  const heard =
    appeals === 0
      ? 'No accused account has been heard.'
      : `${count(appeals, 'appeal was', 'appeals were')} made.`;
  return `**In short.** A detector named ${count(found.accused.size, 'account')}, ${bound}. ${decided} ${heard} What speaks against the finding, and what this bundle
does not show, stands below and is part of the evidence.`;
}

/** What the newest `standing.set` of each accused account left it at: the last decision may be about few of them. */
function sayStandingNow({ accused }: FoundCase, entries: CaseEntries): string {
  const standings = new Map<string, string>();
  for (const { entry } of entries.of('standing.set'))
    for (const account of entry.accounts) if (accused.has(account)) standings.set(account, entry.standing);
  const counts = new Map<string, number>();
  for (const account of accused) {
    const standing = standings.get(account) ?? 'open';
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  const said = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([standing, n]) => `“${standing}” for ${n}`);
  return `The standing at the end of this bundle is ${said.join(', ')}.`;
}

function reportContents({ entries, range }: ReportFacts): string {
  const exchanges = [...entries.figures.values()].reduce((sum, each) => sum + each.exchanges, 0);
  const complete = range.complete
    ? `Every entry of the ledger from ${range.start} to ${range.end - 1} is here, those of other accounts too, so that nothing in between can have been left out. They hold ids and commitments, no content.`
    : '**Not shown complete**: only chosen entries are here. That entries which speak for the accused were left out can not be ruled out from this bundle.';
  return `## What is in this bundle
- ${count(entries.total, 'entry', 'entries')} of the ledger, ${entries.indices.length} of them of this case, with ${count(exchanges, 'exchange')} of the accounts concerned.
- ${complete}
- ${sayDisclosed(entries)}
- ${sayFaults(entries)}`;
}

function sayDisclosed({ disclosedFields, withheld }: CaseEntries): string {
  const counts = withheld.counts();
  const personal =
    disclosedFields === 0
      ? ''
      : ' Disclosed fields hold what people wrote and where they called from: treat them as personal data.';
  return `${count(disclosedFields, 'field')} disclosed. Not disclosed: ${counts.withheld} withheld, ${counts.erased} erased, ${counts['not-captured']} not captured (withheld.json names each).${personal}`;
}

function sayFaults(entries: CaseEntries): string {
  const faults = entries.of('fault');
  if (faults.length === 0) return 'No restart, gap or other fault is recorded in the period.';
  const lines = faults
    .slice(0, FAULTS_SHOWN)
    .map(
      ({ index, entry }) =>
        `  - ${readableTime(entry.time)} ${entry.kind}: ${plain(entry.detail)} (entry ${index})`,
    );
  if (faults.length > FAULTS_SHOWN) lines.push(`  - and ${faults.length - FAULTS_SHOWN} more in health.json`);
  return `${count(faults.length, 'fault')} recorded in the period:\n${lines.join('\n')}`;
}

function sayWitnessed({ configured, names }: ReportFacts['witnessed']): string {
  if (names.length === 0) return 'no witness cosigned it, so a split view can not be ruled out.';
  return `${names.length} of the ${configured} witnesses that the operator chose cosigned the last checkpoint (${names.map(plain).join(', ')}). That rules it out only for who trusts them.`;
}

function reportLimits({ absent, witnessed }: ReportFacts): string {
  return `## What this bundle does NOT show
- That everything that happened was captured, or that what was captured was true when it was recorded. Proofs show order and that nothing was
  changed since.
- Who stands behind an account, or why they did what they did.
- That the operator showed the same ledger to everybody: ${sayWitnessed(witnessed)}
- That the finding is right. Read its bound above, and what speaks against it.
- That a court or authority will accept it. That is for them to say.

Named as absent:
${list(
  absent.map(({ point, what, why }) => `point ${point}: ${what} (${why})`),
  'Nothing.',
)}`;
}

function reportChecking({ range }: ReportFacts): string {
  return `## How to check it yourself
1. Get the verifier and the keys to trust by another way than with this bundle: the package \`@portcullis/verify\` from the npm registry, and the
   trust policy from the operator (\`portcullis ledger vkeys\`) or from what the operator published before. Keys inside of a bundle prove nothing.
2. Run, offline: \`npx portcullis-verify FOLDER --trust POLICY\`
3. It names each check. It says “unwitnessed” where no witness signed${range.complete ? '' : ', and “not shown complete” for this bundle'}. If one byte of any file was changed, it fails.
4. To look yourself: each line of \`leaves.jsonl\` is one entry; \`disclosed.jsonl\` has what was opened; docs/bundle.md says how everything fits together.`;
}
