import { useQuery } from '@tanstack/react-query';
import { casesQuery, ledgerQuery, statusQuery, trafficQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { say } from '../../words/say.ts';
import { DeadlinesPanel } from './deadlines-panel.tsx';
import { FaultsPanel } from './faults-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { OpenCasesPanel } from './open-cases-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { SwitchPanel } from './switch-panel.tsx';
import { TrafficPanel } from './traffic-panel.tsx';

const HOURS = 24;

export function OverviewPage() {
  const status = useQuery(statusQuery);
  const ledger = useQuery(ledgerQuery);
  const traffic = useQuery(trafficQuery(HOURS));
  const cases = useQuery(casesQuery);
  return (
    <Page title={say('overview.title')}>
      <div className="grid">
        <Loaded query={traffic}>{(data) => <TrafficPanel traffic={data} hours={HOURS} />}</Loaded>
        <Loaded query={cases}>{({ cases: rows }) => <OpenCasesPanel cases={rows} />}</Loaded>
        <Loaded query={traffic}>{(data) => <StandingPanel standings={data.standings} />}</Loaded>
        <Loaded query={ledger}>{(data) => <LedgerPanel ledger={data} />}</Loaded>
        <DeadlinesPanel />
        <SwitchPanel />
        <Loaded query={status}>{(data) => <FaultsPanel status={data} />}</Loaded>
      </div>
    </Page>
  );
}
