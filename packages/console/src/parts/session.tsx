import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect } from 'react';
import { ApiError, keepCsrf } from '../api/call.ts';
import { followChanges } from '../api/live.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Session } from '../api/shapes.ts';
import { say } from '../words/say.ts';
import { Trouble } from './trouble.tsx';

const Current = createContext<Session | undefined>(undefined);

/** Whose session it is; there is one on every page but those that need none. */
export function useSession(): Session {
  const session = use(Current);
  if (session === undefined) throw new Error('There is no session here.');
  return session;
}

/** Shows its pages to whoever is signed in, and the way to sign in to everybody else. */
export function Signed({ signIn, children }: { readonly signIn: ReactNode; readonly children: ReactNode }) {
  const { data, error } = useQuery(sessionQuery);
  const queries = useQueryClient();
  const session = data === undefined || data.you === null ? undefined : data;
  if (session !== undefined) keepCsrf(session.csrf);
  const operator = session?.you.operator;
  useEffect(() => (operator === undefined ? undefined : followChanges(queries)), [operator, queries]);
  // Any answer that says that nobody is signed in means that the session has ended.
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        if (
          event.type !== 'updated' ||
          event.action.type !== 'error' ||
          event.query.queryKey[0] === 'session'
        )
          return;
        if (event.action.error instanceof ApiError && event.action.error.status === 401)
          void queries.resetQueries({ queryKey: ['session'] });
      }),
    [queries],
  );
  if (session !== undefined) return <Current value={session}>{children}</Current>;
  if (data !== undefined) return signIn;
  if (error !== null) return <Trouble error={error} />;
  return (
    <p className="waiting" role="status">
      {say('state.loading')}
    </p>
  );
}
