import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAnnounce } from './announcer.tsx';
import { wordsOf } from './trouble.tsx';

export type Change<A> = {
  /** @returns whether it was done */
  readonly run: (argument: A) => Promise<boolean>;
  readonly busy: boolean;
  readonly error: unknown;
};

/** A call that changes something: told to those who listen, and everything on the page is asked again after it. */
export function useChange<A, R>(
  act: (argument: A) => Promise<R>,
  doneWords: (result: R) => string,
): Change<A> {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (argument: A): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      announce(doneWords(await act(argument)));
      return true;
    } catch (caught) {
      setError(caught);
      announce(wordsOf(caught).text);
      return false;
    } finally {
      setBusy(false);
      // Also after a refusal: what refused it may be what others did meanwhile.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    }
  };
  return { run, busy, error };
}
