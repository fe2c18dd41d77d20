import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError, get } from './call.ts';
import type { Incident } from './incident-shapes.ts';
import type {
  AccountPage,
  CaseAccountPage,
  CaseRow,
  EntryPage,
  Deadline,
  Graph,
  Ledger,
  ListedReport,
  MonthBudget,
  ShownReport,
  Operator,
  Oversight,
  Policy,
  ProvenEntry,
  SessionAnswer,
  ShownAccount,
  ShownCase,
  SignInWays,
  SimilarCase,
  Status,
  Switch,
  Timeline,
  Traffic,
} from './shapes.ts';

/** How long an answer is taken for new where no event says otherwise. */
const FRESH_MS = 5_000;

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // A refusal stays one; only what could not be reached is tried again.
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status === 0,
      },
    },
  });
}

const path = encodeURIComponent;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<SessionAnswer>('/v1/session', signal),
  staleTime: 60_000,
});
export const waysQuery = queryOptions({
  queryKey: ['session', 'ways'],
  queryFn: ({ signal }) => get<SignInWays>('/v1/session/ways', signal),
  staleTime: Number.POSITIVE_INFINITY,
});
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => get<Status>('/v1/status', signal),
});
export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: ({ signal }) => get<Ledger>('/v1/ledger', signal),
});
export const trafficQuery = (hours: number) =>
  queryOptions({
    queryKey: ['traffic', hours],
    queryFn: ({ signal }) => get<Traffic>(`/v1/traffic?hours=${hours}`, signal),
    staleTime: 30_000,
  });
export const casesQuery = queryOptions({
  queryKey: ['cases'],
  queryFn: ({ signal }) => get<{ cases: readonly CaseRow[] }>('/v1/cases', signal),
});
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', id],
    queryFn: ({ signal }) => get<ShownCase>(`/v1/cases/${path(id)}`, signal),
  });
/** Rows that the table can make in one go without holding the page up. */
const ACCOUNTS_AT_ONCE = '100';

export const accountsQuery = (find: string, standing: string, after: string | null) =>
  queryOptions({
    queryKey: ['accounts', { find, standing, after }],
    queryFn: ({ signal }) =>
      get<AccountPage>(`/v1/accounts?${pageOf({ find, standing, after, max: ACCOUNTS_AT_ONCE })}`, signal),
    placeholderData: keepPreviousData,
  });
export const CASE_ACCOUNTS_AT_ONCE = Number(ACCOUNTS_AT_ONCE);
export const caseAccountsQuery = (id: string, after: string) =>
  queryOptions({
    queryKey: ['cases', id, 'accounts', after],
    queryFn: ({ signal }) =>
      get<CaseAccountPage>(
        `/v1/cases/${path(id)}/accounts?${pageOf({ after, limit: ACCOUNTS_AT_ONCE })}`,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id],
    queryFn: ({ signal }) => get<ShownAccount>(`/v1/accounts/${path(id)}`, signal),
  });
export const accountCasesQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', { account: id }],
    queryFn: ({ signal }) => get<{ cases: readonly CaseRow[] }>(`/v1/cases?account=${path(id)}`, signal),
  });
export const entriesQuery = (before: number | null) =>
  queryOptions({
    queryKey: ['entries', before],
    queryFn: ({ signal }) =>
      get<EntryPage>(`/v1/ledger/entries${before === null ? '' : `?before=${before}`}`, signal),
    placeholderData: keepPreviousData,
  });
export const entryQuery = (index: string) =>
  queryOptions({
    queryKey: ['entries', 'one', index],
    queryFn: ({ signal }) => get<ProvenEntry>(`/v1/ledger/entries/${path(index)}`, signal),
  });
export const policiesQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: ({ signal }) => get<{ policies: readonly Policy[] }>('/v1/policies', signal),
});
export const switchQuery = queryOptions({
  queryKey: ['switch'],
  queryFn: ({ signal }) => get<Switch>('/v1/switch', signal),
});
export const operatorsQuery = queryOptions({
  queryKey: ['operators'],
  queryFn: ({ signal }) => get<{ operators: readonly Operator[] }>('/v1/operators', signal),
});

export const graphQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', id, 'graph'],
    queryFn: ({ signal }) => get<Graph>(`/v1/cases/${path(id)}/graph`, signal),
    staleTime: 60_000,
  });
export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', id, 'timeline'],
    queryFn: ({ signal }) => get<Timeline>(`/v1/cases/${path(id)}/timeline`, signal),
    staleTime: 30_000,
  });
export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['cases', id, 'similar'],
    queryFn: ({ signal }) =>
      get<{ similar: readonly SimilarCase[] }>(`/v1/cases/${path(id)}/similar`, signal),
    staleTime: 60_000,
  });
export const deadlinesQuery = queryOptions({
  queryKey: ['deadlines'],
  queryFn: ({ signal }) => get<{ deadlines: readonly Deadline[] }>('/v1/deadlines', signal),
});
export const incidentsQuery = queryOptions({
  queryKey: ['incidents'],
  queryFn: ({ signal }) => get<{ incidents: readonly Incident[] }>('/v1/incidents', signal),
});
export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', id],
    queryFn: ({ signal }) => get<Incident>(`/v1/incidents/${path(id)}`, signal),
  });
export const oversightQuery = queryOptions({
  queryKey: ['oversight'],
  queryFn: ({ signal }) => get<Oversight>('/v1/oversight', signal),
});

export const reportsQuery = queryOptions({
  queryKey: ['reports'],
  queryFn: ({ signal }) =>
    get<{ reports: readonly ListedReport[]; budgets: readonly MonthBudget[] }>('/v1/reports', signal),
});

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: ({ signal }) => get<ShownReport>(`/v1/reports/${encodeURIComponent(id)}`, signal),
  });

function pageOf(values: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(values).filter((each): each is [string, string] => Boolean(each[1]));
  return new URLSearchParams(given).toString();
}
