import { createHash } from 'node:crypto';
import type { Disclosure, DisclosedTable } from '../disclosure.ts';
import { drawTable } from './draw-plots.ts';
import { element, joined, list, type Markup, numberTable, paragraph, terms, words } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { spellLoss, spellNumber } from './spell.ts';
import { writePrivacy } from './write-privacy.ts';

/**
 * The report as one page: no script, nothing loaded, a policy that allows neither. Every plot has its numbers in a table beside it.
 * The same disclosure gives the same bytes.
 */
export function writePage(report: Disclosure): string {
  const title = `Transparency report, ${spellPeriod(report)}`;
  const digest = createHash('sha256').update(PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${words(title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
  ].join('\n');
  const body = joined([
    element('header', writeHeader(report, title)),
    element('main', [writeCounts(report), writePrivacy(report), writeProof(report)]),
  ]);
  return `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

function spellPeriod({ period: { from, to, isOver } }: Disclosure): string {
  return `${from === to ? from : `${from} to ${to}`}${isOver ? '' : ', so far'}`;
}

function writeHeader(report: Disclosure, title: string): Markup[] {
  const { period, privacy } = report;
  const counted = period.isOver
    ? `What the ledger recorded in ${spellPeriod(report)} is counted, of each account up to a bound.`
    : `What the ledger recorded before ${period.until.replace('T', ' ').slice(0, 16)} UTC is counted, of each account up to a bound; the period was not over.`;
  const promise = `Every number has noise added, so that it tells little of any one ${privacy.unit.name === 'account' ? 'account' : 'account in any one month'}: ${spellLoss(privacy.loss)}. In 95 of 100 draws a number is off by at most its margin; small ones may be noise alone, zeros and negative ones included.`;
  return [
    element('h1', words(title)),
    paragraph('What a gate in front of model APIs saw, found and decided.', 'class="lead"'),
    paragraph(promise, 'class="promise"'),
    paragraph(counted, 'class="note"'),
    element('nav', element('ul', writeLinks(report)), 'aria-label="On this page"'),
  ];
}

function writeLinks({ tables }: Disclosure): Markup[] {
  const places = [
    ...tables.map(({ name, title }) => [name, title] as const),
    ['privacy', 'What is protected'] as const,
    ['proof', 'Where it comes from'] as const,
  ];
  return places.map(([id, title]) => element('li', element('a', words(title), `href="#${id}"`)));
}

function writeCounts({ tables }: Disclosure): Markup {
  return element('section', [
    element('h2', words('What was counted')),
    paragraph(
      'Plots show the numbers of the table below them. Whiskers reach as far as the noise does in 95 of 100 draws.',
      'class="note"',
    ),
    ...tables.map(writeTable),
  ]);
}

function writeTable(table: DisclosedTable): Markup {
  const { name, title, counts, kinds, months, margin95, bound, kindBound } = table;
  const margin = spellNumber(margin95);
  const caption = `${title}, each ± ${margin} in 95 of 100 draws of the noise`;
  const label = `${title}: ${months.length === 1 ? 'a bar for each kind' : 'a panel for each kind, month by month'}, with whiskers of ± ${margin}. The numbers are in the table that follows.`;
  const most =
    kindBound === bound
      ? `One account counts for at most ${spellNumber(bound)} a month, in all kinds together.`
      : `One account counts for at most ${spellNumber(kindBound)} a month in each kind.`;
  const figure = element('figure', drawTable(table, label) as Markup);
  const head = ['Kind', ...months.map(({ month }) => month)];
  const body = kinds.map((kind, at) => [
    kind.title,
    ...months.map(({ values }) => spellNumber(values[at] ?? 0)),
  ]);
  return element(
    'section',
    [
      element('h3', words(title), `id="${name}"`),
      paragraph(`${counts} ${most}`),
      figure,
      numberTable(caption, head, body),
    ],
    `aria-labelledby="${name}"`,
  );
}

function writeProof({ report, ledger, software, privacy }: Disclosure): Markup {
  return element('section', [
    element('h2', words('Where it comes from'), 'id="proof"'),
    paragraph(
      'Every number on this page is in one entry of the gate’s ledger, under the report’s name, and the page follows from that ledger alone. The spend was recorded before the page existed; the numbers were drawn once, and asking again gives the same page.',
    ),
    terms([
      ['Report', report],
      ['Ledger', ledger.origin],
      ['Spend recorded', ledger.publishedAt],
      ['SHA-256 of the release', ledger.releaseSha256],
      ['Made by', `${software}; ${privacy.accountant.name}`],
    ]),
    paragraph(
      'A ledger shows that nothing was changed after it was recorded. It does not show that all was recorded, or that what was recorded was true.',
      'class="note"',
    ),
    list([
      'report.json beside this page has all of it for programs, after docs/transparency-report.schema.json of Portcullis; report.csv has the numbers.',
    ]),
  ]);
}
