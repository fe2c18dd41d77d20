import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { RouterProvider } from 'react-aria-components';
import { Route, Router, Switch, useLocation, useRouter } from 'wouter';
import { createQueries } from './api/queries.ts';
import { OverviewPage } from './pages/overview/overview-page.tsx';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import { Announcer } from './parts/announcer.tsx';
import { Caught } from './parts/caught.tsx';
import { Page } from './parts/page.tsx';
import { Signed } from './parts/session.tsx';
import { Shell } from './parts/shell.tsx';
import { say } from './words/say.ts';

const BASE = '/console';

// Each page but the one that opens comes when it is asked for.
const CasesPage = lazy(() => import('./pages/cases/cases-page.tsx').then((m) => ({ default: m.CasesPage })));
const CasePage = lazy(() => import('./pages/case/case-page.tsx').then((m) => ({ default: m.CasePage })));
const AccountsPage = lazy(() =>
  import('./pages/accounts/accounts-page.tsx').then((m) => ({ default: m.AccountsPage })),
);
const AccountPage = lazy(() =>
  import('./pages/accounts/account-page.tsx').then((m) => ({ default: m.AccountPage })),
);
const IncidentsPage = lazy(() =>
  import('./pages/incidents/incidents-page.tsx').then((m) => ({ default: m.IncidentsPage })),
);
const IncidentPage = lazy(() =>
  import('./pages/incidents/incident-page.tsx').then((m) => ({ default: m.IncidentPage })),
);
const LedgerPage = lazy(() =>
  import('./pages/ledger/ledger-page.tsx').then((m) => ({ default: m.LedgerPage })),
);
const EntryPage = lazy(() => import('./pages/ledger/entry-page.tsx').then((m) => ({ default: m.EntryPage })));
const PolicyPage = lazy(() =>
  import('./pages/policy/policy-page.tsx').then((m) => ({ default: m.PolicyPage })),
);
const ReportsPage = lazy(() =>
  import('./pages/reports/reports-page.tsx').then((m) => ({ default: m.ReportsPage })),
);
const ReportPage = lazy(() =>
  import('./pages/reports/report-page.tsx').then((m) => ({ default: m.ReportPage })),
);
const ReviewersPage = lazy(() =>
  import('./pages/reviewers/reviewers-page.tsx').then((m) => ({ default: m.ReviewersPage })),
);
const SettingsPage = lazy(() =>
  import('./pages/settings/settings-page.tsx').then((m) => ({ default: m.SettingsPage })),
);

export function App() {
  const [queries] = useState(createQueries);
  return (
    <QueryClientProvider client={queries}>
      <Announcer>
        <Router base={BASE}>
          <Routed />
        </Router>
      </Announcer>
    </QueryClientProvider>
  );
}

function Routed() {
  const [, navigate] = useLocation();
  const { base } = useRouter();
  return (
    <RouterProvider navigate={(path) => navigate(path)} useHref={(path) => base + path}>
      <Caught>
        <Signed signIn={<SignInPage />}>
          <Shell>
            <Pages />
          </Shell>
        </Signed>
      </Caught>
    </RouterProvider>
  );
}

function Pages() {
  return (
    <Suspense fallback={<p className="waiting">{say('state.loading')}</p>}>
      <Switch>
        <Route path="/" component={OverviewPage} />
        <Route path="/cases" component={CasesPage} />
        <Route path="/cases/:id">{({ id }) => <CasePage key={id} id={id} />}</Route>
        <Route path="/accounts" component={AccountsPage} />
        <Route path="/accounts/:id">{({ id }) => <AccountPage key={id} id={id} />}</Route>
        <Route path="/incidents" component={IncidentsPage} />
        <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={id} />}</Route>
        <Route path="/ledger" component={LedgerPage} />
        <Route path="/ledger/:index">{({ index }) => <EntryPage key={index} index={index} />}</Route>
        <Route path="/policy" component={PolicyPage} />
        <Route path="/reports" component={ReportsPage} />
        <Route path="/reports/:id">{({ id }) => <ReportPage key={id} id={id} />}</Route>
        <Route path="/reviewers" component={ReviewersPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route>
          <Page title={say('missing.title')}>
            <p>{say('missing.text')}</p>
          </Page>
        </Route>
      </Switch>
    </Suspense>
  );
}
