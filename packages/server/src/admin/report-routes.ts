import type { ReportInput } from '../reports/report-request.ts';
import { ADMIN, ANYBODY } from './roles.ts';
import type { Route } from './route.ts';

const FILES =
  '`report`, `isNew`, `entries` (indices on the ledger: keep them to yourself), `disclosure` (docs/transparency-report.schema.json), `page` (HTML), `csv`';

export const REPORT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/reports',
    roles: ANYBODY,
    does: 'Lists transparency reports, newest first, and what is left of the budget of each month.',
    status: 200,
    answer: '`reports`, `budgets`',
    handle: ({ ports }) => ports.reports.list(),
  },
  {
    method: 'GET',
    path: '/v1/reports/:report',
    roles: ANYBODY,
    does: 'Shows a report as it was published.',
    status: 200,
    answer: FILES,
    handle: ({ ports, params }) => ports.reports.show(params.report as string),
  },
  {
    method: 'POST',
    path: '/v1/reports',
    roles: ADMIN,
    does: 'Publishes a transparency report. What it spends is gone for good; the same call again gives the same report and spends nothing.',
    body: {
      period: 'text',
      epsilon: 'text',
      delta: 'text',
      unit: 'text?',
      soFar: 'boolean?',
      again: 'boolean?',
    },
    status: 201,
    answer: FILES,
    handle: ({ ports, body, by }) => ports.reports.publish(body as unknown as ReportInput, by.operator),
  },
];
