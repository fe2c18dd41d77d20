import { useQuery } from '@tanstack/react-query';
import { incidentsQuery } from '../../api/queries.ts';
import type { Incident } from '../../api/incident-shapes.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';
import { AwareForm } from './aware-form.tsx';
import { DueTable } from './due-table.tsx';

/** Everything that has a deadline, and the incidents whose rules set some of them. */
export function IncidentsPage() {
  const query = useQuery(incidentsQuery);
  return (
    <Page title={say('incidents.title')} lead={say('incidents.lead')}>
      <Panel title={say('incidents.list')}>
        <Loaded query={query}>
          {({ incidents }) =>
            incidents.length === 0 ? (
              <p className="empty">{say('incidents.none')}</p>
            ) : (
              <IncidentTable incidents={incidents} />
            )
          }
        </Loaded>
        <AwareForm />
      </Panel>
      <DueTable />
    </Page>
  );
}

function IncidentTable({ incidents }: { readonly incidents: readonly Incident[] }) {
  return (
    <table className="plain-table">
      <caption className="unseen">{say('incidents.list')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('incidents.id')}</th>
          <th scope="col">{say('incidents.what')}</th>
          <th scope="col">{say('incidents.aware')}</th>
          <th scope="col">{say('incidents.due')}</th>
          <th scope="col">{say('incidents.state')}</th>
        </tr>
      </thead>
      <tbody>
        {incidents.map((each) => (
          <tr key={each.incident}>
            <th scope="row">
              <Link to={`/incidents/${each.incident}`}>{each.incident}</Link>
            </th>
            <td>{each.what}</td>
            <td>
              <Moment at={each.awareMs} />
            </td>
            <td>
              <NextDue of={each} />
            </td>
            <td>
              <IncidentState of={each} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NextDue({ of }: { readonly of: Incident }) {
  const times = of.due.flatMap(({ dueMs }) => dueMs ?? []);
  return times.length === 0 ? say('state.none') : <Moment at={Math.min(...times)} />;
}

function IncidentState({ of }: { readonly of: Incident }) {
  const late = of.due.filter(({ state }) => state === 'late').length;
  return (
    <>
      {late > 0 ? <span className="badge bad">{say('incidents.late', { count: late })}</span> : null}{' '}
      {of.undecided.length > 0 ? (
        <span className="badge warn">{say('incidents.undecided', { count: of.undecided.length })}</span>
      ) : null}{' '}
      {say(of.resolvedMs === null ? 'incidents.underWay' : 'incidents.resolved')}
    </>
  );
}
