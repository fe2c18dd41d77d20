import { ServerError } from '../server-error.ts';

/** @param known undefined: any parameter may stand there. @throws ServerError `bad-request` naming one that is not known */
export function checkQuery(query: URLSearchParams, known: readonly string[] | undefined): void {
  const unknown = known === undefined ? undefined : [...query.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const name = JSON.stringify(unknown.slice(0, 40));
  throw new ServerError('bad-request', `The query parameter ${name} is not known here.`);
}
