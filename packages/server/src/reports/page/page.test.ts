import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createReportWorld } from '../test/report-world.ts';
import { escapeText } from './plot-paint.ts';
import { spellLeft, spellLoss } from './spell.ts';
import { writePage } from './write-page.ts';

const publish = async (period: string) => {
  const world = await createReportWorld();
  const { page, csv, disclosure } = await world.reports.publish(
    { period, epsilon: '1', delta: '1e-6' },
    'admin',
  );
  world.stop();
  return { page, csv, disclosure };
};

for (const period of ['2026-11', '2026-06..2026-11']) {
  test(`the page of ${period} runs nothing, loads nothing and is allowed neither`, async () => {
    const { page } = await publish(period);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    assert.equal(page.match(/<style/g)?.length, 1);
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|<object|\sstyle=|\son\w+=|url\(|@import/i);
    const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to ?? '');
    for (const to of links) assert.ok(to.startsWith('#') && page.includes(`id="${to.slice(1)}"`), to);
  });

  test(`every plot of ${period} has words for who does not see it and its numbers in a table`, async () => {
    const { page, disclosure } = await publish(period);
    const plots = page.match(/<svg role="img" aria-label="[^"]{40,}"/g) ?? [];
    assert.equal(plots.length, disclosure.tables.length + 1, 'one a table and one of the profile');
    assert.equal(page.match(/<svg/g)?.length, plots.length);
    for (const { months, kinds } of disclosure.tables)
      for (const [at, { title }] of kinds.entries()) {
        const numbers = months.map(({ values }) => (values[at] ?? 0).toLocaleString('en').replace('-', '−'));
        const row = [
          `<th scope="row">${escapeText(title)}</th>`,
          ...numbers.map((each) => `<td class="number">${each}</td>`),
        ];
        assert.ok(page.includes(row.join('\n')), title);
      }
    assert.match(page, /In 95 of 100 draws a number is off by at most its margin/);
    assert.match(page, /<html lang="en">/);
    assert.equal(page.match(/<h1/g)?.length, 1);
  });

  test(`plots of ${period} have only colours that follow the face, and come out alike`, async () => {
    const { page, disclosure } = await publish(period);
    const body = page.slice(page.indexOf('</style>'));
    assert.doesNotMatch(body, /(?:fill|stroke)="(?!none)/);
    assert.doesNotMatch(body, /zr\d|ecmeta|NaN|undefined/);
    assert.equal(writePage(disclosure), page);
  });

  test(`the CSV of ${period} has a line a value`, async () => {
    const { csv, disclosure } = await publish(period);
    const [head, ...lines] = csv.trimEnd().split('\r\n');
    assert.equal(head, 'table,kind,month,value,standard_deviation,margin_95,bound,kind_bound');
    const values = disclosure.tables.flatMap(({ months }) => months.flatMap((month) => month.values));
    assert.deepEqual(
      lines.map((line) => Number(line.split(',')[3])),
      values,
    );
    assert.ok(lines.every((line) => line.split(',').length === 8));
  });
}

test('no loss reads as less than it is, and nothing that is left as more', () => {
  assert.equal(spellLoss({ epsilon: 1, delta: 1e-6 }), 'ε 1, δ 0.000001');
  assert.equal(spellLoss({ epsilon: 1 / 3, delta: 2e-7 / 3 }), 'ε 0.333334, δ 6.66667e-8');
  assert.equal(spellLoss({ epsilon: 0, delta: 0.999_999_9 }), 'ε 0, δ 1');
  assert.equal(spellLeft({ epsilon: 2 / 3, delta: 1e-5 }), 'ε 0.666666, δ 0.00001');
});

test('text is text', () => {
  assert.equal(escapeText(`<b title="x">&'`), '&#60;b title=&#34;x&#34;&#62;&#38;&#39;');
});
