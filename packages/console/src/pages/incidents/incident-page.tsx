import { useQuery } from '@tanstack/react-query';
import { incidentQuery } from '../../api/queries.ts';
import type { Incident } from '../../api/incident-shapes.ts';
import { Facts } from '../../parts/facts.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, sayName } from '../../words/say.ts';
import { ClassifyPanel } from './classify-panel.tsx';
import { ClocksPanel } from './clocks-panel.tsx';
import { MadePanel } from './made-panel.tsx';
import { ResolveForm } from './resolve-form.tsx';

/** One incident: what is known, which clocks run, what people decided and which reports were made. */
export function IncidentPage({ id }: { readonly id: string }) {
  const query = useQuery(incidentQuery(id));
  return (
    <Page title={id}>
      <Loaded query={query}>{(incident) => <Shown incident={incident} />}</Loaded>
    </Page>
  );
}

function Shown({ incident }: { readonly incident: Incident }) {
  return (
    <>
      <Panel title={say('incident.facts')}>
        <Facts
          of={[
            [say('incidents.what'), incident.what],
            [say('incident.kinds'), incident.kinds.map((kind) => sayName('incidentKind', kind)).join(', ')],
            [say('incidents.aware'), <Moment key="aware" at={incident.awareMs} />],
            [say('incident.by'), incident.by],
            [
              say('incident.case'),
              incident.case === null ? (
                say('state.none')
              ) : (
                <Link key="case" to={`/cases/${incident.case}`}>
                  {incident.case}
                </Link>
              ),
            ],
            [
              say('incident.resolved'),
              incident.resolvedMs === null ? say('state.no') : <Moment key="end" at={incident.resolvedMs} />,
            ],
          ]}
        />
        {incident.resolvedMs === null ? <ResolveForm incident={incident} /> : null}
      </Panel>
      <ClocksPanel incident={incident} />
      <ClassifyPanel incident={incident} />
      <MadePanel incident={incident} />
    </>
  );
}
