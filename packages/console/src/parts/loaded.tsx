import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { say } from '../words/say.ts';
import { Page } from './page.tsx';
import { Trouble } from './trouble.tsx';

/** What a query answered, or that it is under way, or why there is nothing. What was there stays while it is asked again. */
export function Loaded<T>({
  query,
  title,
  children,
}: {
  readonly query: UseQueryResult<T>;
  /** Of a page whose own title comes with the answer: without one it has none. */
  readonly title?: string;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined)
    return (
      <>
        {query.error === null ? null : <Trouble error={query.error} />}
        {children(query.data)}
      </>
    );
  if (query.error !== null) {
    const trouble = <Trouble error={query.error} />;
    return title === undefined ? trouble : <Page title={title}>{trouble}</Page>;
  }
  return (
    <p className="waiting" role="status">
      {say('state.loading')}
    </p>
  );
}
