import { useQuery } from '@tanstack/react-query';
import { reportQuery } from '../../api/queries.ts';
import type { ShownReport } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { spellCount } from '../../words/format.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { say } from '../../words/say.ts';
import { spellLoss } from './spell-loss.ts';

type Props = { readonly report: ShownReport };

/** A transparency report as it was published: what it counts, how much noise is on it, and what it promises to whom. */
export function ReportPage({ id }: { readonly id: string }) {
  const query = useQuery(reportQuery(id));
  return (
    <Page title={say('report.title', { report: id })} lead={say('report.lead')}>
      <Loaded query={query}>
        {(report) => (
          <>
            <AboutPanel report={report} />
            {report.disclosure.tables.map((table) => (
              <TablePanel key={table.name} table={table} />
            ))}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function AboutPanel({ report }: Props) {
  const { disclosure } = report;
  const { period, privacy, ledger } = disclosure;
  const json = `${JSON.stringify(disclosure, null, 2)}\n`;
  return (
    <Panel title={say('report.about')}>
      <Facts
        of={[
          [
            say('report.period'),
            `${period.from} – ${period.to}${period.isOver ? '' : ` ${say('report.soFar')}`}`,
          ],
          [say('report.published'), <Moment at={ledger.publishedAt} />],
          [say('report.unit'), privacy.unit.meaning],
          [say('report.loss'), spellLoss(privacy.loss)],
          [say('report.wholeAccount'), spellLoss(privacy.wholeAccount)],
          [say('report.unprotected'), privacy.unprotected.join(' ')],
        ]}
      />
      <div className="buttons">
        <Button onPress={() => saveFile(`${report.report}.html`, 'text/html', report.page)}>
          {say('report.save.page')}
        </Button>
        <Button onPress={() => saveFile(`${report.report}.json`, 'application/json', json)}>
          {say('report.save.json')}
        </Button>
        <Button onPress={() => saveFile(`${report.report}.csv`, 'text/csv', report.csv)}>
          {say('report.save.csv')}
        </Button>
      </div>
    </Panel>
  );
}

function TablePanel({ table }: { readonly table: ShownReport['disclosure']['tables'][number] }) {
  return (
    <Panel title={table.title} note={say('report.noise', { counts: table.counts, margin: table.margin95 })}>
      <WideTable label={table.title}>
        <table className="plain-table">
          <caption className="unseen">{table.title}</caption>
          <thead>
            <tr>
              <th scope="col">{say('report.kind')}</th>
              {table.months.map(({ month }) => (
                <th key={month} scope="col">
                  {month}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.kinds.map((kind, at) => (
              <tr key={kind.name}>
                <th scope="row">{kind.title}</th>
                {table.months.map(({ month, values }) => (
                  <td key={month}>{spellCount(values[at] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </Panel>
  );
}
