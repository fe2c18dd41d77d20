import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { say } from '../words/say.ts';
import { Trouble } from './trouble.tsx';

/** What a query answered, or that it is under way, or why there is nothing. What was there stays while it is asked again. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.error === null ? null : <Trouble error={query.error} />}
        {children(query.data)}
      </>
    );
  if (query.error !== null) return <Trouble error={query.error} />;
  return (
    <p className="waiting" role="status">
      {say('state.loading')}
    </p>
  );
}
