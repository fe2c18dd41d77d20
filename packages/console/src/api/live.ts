import type { QueryClient } from '@tanstack/react-query';

/** Where the server offers no events, or they broke off: how often open pages ask again. */
const POLL_MS = 5_000;

/**
 * Keeps open pages true: the server says that something changed, and the page asks again. Nothing of a change comes with the event itself.
 * @returns how to stop
 */
export function followChanges(queries: QueryClient): () => void {
  const ask = (): void => {
    if (document.visibilityState === 'visible')
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  const source = new EventSource('/v1/events');
  let asking: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    asking ??= setTimeout(() => {
      asking = undefined;
      ask();
    }, 300);
  };
  // Events have names; those without one come as messages.
  for (const name of ['message', 'changed', 'case', 'ledger', 'account']) source.addEventListener(name, soon);
  const polling = setInterval(() => {
    if (source.readyState !== EventSource.OPEN) ask();
  }, POLL_MS);
  return () => {
    source.close();
    clearInterval(polling);
    clearTimeout(asking);
  };
}
