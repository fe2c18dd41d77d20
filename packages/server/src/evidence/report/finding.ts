import type { FoundCase } from '../find-case.ts';
import type { Item } from '../scan-ledger.ts';
import { count, list, plain, readableTime } from './plain.ts';

/** What was found, by which method and with which bound, and what speaks against it. */
export function reportFindings(found: FoundCase): string {
  const sections = found.findings.map((item, i) => reportFinding(item, i, found.findings.length));
  return `## What was found
A finding speaks about traffic. It does not say who somebody is, and it decides nothing.

${sections.join('\n\n')}`;
}

function reportFinding({ index, entry }: Item<'finding'>, i: number, total: number): string {
  const title = total === 1 ? '' : `### Finding ${i + 1} of ${total}\n`;
  const bound =
    entry.bound.kind === 'alpha'
      ? `It comes with a stated error bound (alpha = ${entry.bound.alpha}): ${plain(entry.bound.statement)}`
      : `**It has no error bound**: ${plain(entry.bound.statement)}`;
  return `${title}${readableTime(entry.time)} (entry ${index}): the detector “${entry.detector.name}” version ${entry.detector.version}
found that ${count(entry.accounts_total, 'account')} with ${count(entry.exchanges, 'exchange')} between
${readableTime(entry.first_time)} and ${readableTime(entry.last_time)} ${entry.kind === 'campaign' ? 'act as one' : 'stand out'}. Statistic: ${entry.statistic}.

${bound}

Signals:
${list(
  entry.signals.map(
    (signal) =>
      `${plain(signal.sentence)} (examples: ${signal.examples.map((at) => `entry ${at}`).join(', ') || 'none'})`,
  ),
  'None was named.',
)}

### What speaks against it
${list(entry.against.map(plain), 'The detector named nothing. That is not the same as nothing being there.')}

### What would have cleared an account
${list(entry.would_have_cleared.map(plain), 'The detector named nothing.')}`;
}
