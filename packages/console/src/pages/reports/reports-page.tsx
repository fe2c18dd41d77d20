import { useQuery } from '@tanstack/react-query';
import { reportsQuery } from '../../api/queries.ts';
import type { ListedReport, MonthBudget } from '../../api/shapes.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellLoss } from './spell-loss.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { say, sayName } from '../../words/say.ts';

/** What was told to the public. Reports are made on the command line, where somebody answers for what a month may lose. */
export function ReportsPage() {
  const query = useQuery(reportsQuery);
  return (
    <Page title={say('reports.title')} lead={say('reports.lead')}>
      <Loaded query={query}>
        {({ reports, budgets }) => (
          <>
            <Panel title={say('reports.title')}>
              {reports.length === 0 ? (
                <p className="empty">{say('reports.none')}</p>
              ) : (
                <ReportTable reports={reports} />
              )}
            </Panel>
            <BudgetPanel budgets={budgets} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function ReportTable({ reports }: { readonly reports: readonly ListedReport[] }) {
  return (
    <WideTable label={say('reports.title')}>
      <table className="plain-table">
        <caption className="unseen">{say('reports.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('reports.id')}</th>
            <th scope="col">{say('reports.purpose')}</th>
            <th scope="col">{say('reports.months')}</th>
            <th scope="col">{say('reports.at')}</th>
            <th scope="col">{say('reports.loss')}</th>
            <th scope="col">{say('reports.by')}</th>
            <th scope="col">{say('reports.state')}</th>
            <th scope="col">{say('reports.entry')}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map((report) => (
            <tr key={report.reservation}>
              <th scope="row">
                {report.state === 'published' ? (
                  <Link to={`/reports/${report.reservation}`}>{report.reservation}</Link>
                ) : (
                  report.reservation
                )}
              </th>
              <td>{report.purpose}</td>
              <td>{report.months.join(', ')}</td>
              <td>
                <Moment at={report.at} />
              </td>
              <td>{spellLoss(report.loss)}</td>
              <td>{report.by}</td>
              <td>{sayName('reportState', report.state)}</td>
              <td>
                <Link
                  to={`/ledger/${report.index}`}
                  label={say('record.entry.label', { index: report.index })}
                >
                  {say('evidence.entry', { index: report.index })}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function BudgetPanel({ budgets }: { readonly budgets: readonly MonthBudget[] }) {
  return (
    <Panel title={say('budgets.title')} note={say('budgets.note')}>
      <table className="plain-table">
        <caption className="unseen">{say('budgets.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('budgets.month')}</th>
            <th scope="col">{say('budgets.spent')}</th>
            <th scope="col">{say('budgets.left')}</th>
          </tr>
        </thead>
        <tbody>
          {budgets.map(({ month, spent, left }) => (
            <tr key={month}>
              <th scope="row">{month}</th>
              <td>{spellLoss(spent)}</td>
              <td>{spellLoss(left)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
