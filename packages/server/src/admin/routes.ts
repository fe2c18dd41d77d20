import { ACCOUNT_ROUTES } from './account-routes.ts';
import { CASE_PAGE_ROUTES } from './case-page-routes.ts';
import { CASE_ROUTES } from './case-routes.ts';
import { HEARING_ROUTES } from './hearing-routes.ts';
import { INCIDENT_ROUTES } from './incident-routes.ts';
import { OPERATOR_ROUTES } from './operator-routes.ts';
import { ORGANISATION_ROUTES } from './organisation-routes.ts';
import { REPORT_ROUTES } from './report-routes.ts';
import type { OpenRoute } from './open-route.ts';
import { READING_ROUTES } from './reading-routes.ts';
import { SWITCH_ROUTES } from './switch-routes.ts';
import type { Route } from './route.ts';
import { SESSION_ROUTES } from './session-routes.ts';

/** The whole admin API; docs/admin-api.md has a row for each. */
export const ROUTES: readonly Route[] = [
  ...OPERATOR_ROUTES,
  ...READING_ROUTES,
  ...ACCOUNT_ROUTES,
  ...CASE_ROUTES,
  ...REPORT_ROUTES,
  ...CASE_PAGE_ROUTES,
  ...HEARING_ROUTES,
  ...INCIDENT_ROUTES,
  ...SWITCH_ROUTES,
];

/** Calls by which people sign in; these alone take no token. docs/admin-api.md has a row for each, too. */
export const OPEN_ROUTES: readonly OpenRoute[] = [...SESSION_ROUTES, ...ORGANISATION_ROUTES];

export type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

const compiled = ROUTES.map((route) => ({ route, parts: route.path.split('/') }));

export function matchOpenRoute(method: string, path: string): OpenRoute | undefined {
  return OPEN_ROUTES.find((route) => route.method === method && route.path === path);
}

/** @returns the route; or the methods that the path does take, none where it is unknown */
export function matchRoute(method: string, path: string): Match | { readonly allowed: readonly string[] } {
  const given = path.split('/');
  const fitting = compiled.flatMap(({ route, parts }) => {
    const params = matchParts(parts, given);
    return params === undefined ? [] : [{ route, params }];
  });
  return (
    fitting.find(({ route }) => route.method === method) ?? {
      allowed: fitting.map(({ route }) => route.method),
    }
  );
}

function matchParts(parts: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const value = given[i] as string;
    // Ids need no percent-encoding, so a path that has any is not one of ours.
    if (part.startsWith(':') && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(value)) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}
