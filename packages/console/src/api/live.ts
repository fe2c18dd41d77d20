import type { QueryClient } from '@tanstack/react-query';

/** Where events broke off: how often open pages ask by themselves. */
const POLL_MS = 5_000;
/** Exchanges come all the time; only figures hang on them, and those are asked for at most so often. */
const FIGURES_MS = 5_000;
const SOON_MS = 400;
const FIGURES: ReadonlySet<unknown> = new Set(['status', 'ledger', 'traffic']);

type Changed = { readonly types?: readonly string[] };

/**
 * Keeps open pages true: the server says that something changed, and the page asks again. What became of it does not come with the event.
 * @returns how to stop
 */
export function followChanges(queries: QueryClient): () => void {
  const source = new EventSource('/v1/events');
  const timers = new Map<boolean, ReturnType<typeof setTimeout>>();
  const ask = (onlyFigures: boolean): void => {
    timers.delete(onlyFigures);
    if (document.visibilityState !== 'visible') return;
    void queries.invalidateQueries({
      predicate: ({ queryKey: [name] }) => name !== 'session' && (!onlyFigures || FIGURES.has(name)),
    });
  };
  const soon = (onlyFigures: boolean): void => {
    if (!timers.has(onlyFigures))
      timers.set(onlyFigures, setTimeout(ask, onlyFigures ? FIGURES_MS : SOON_MS, onlyFigures));
  };
  source.addEventListener('changed', (event) => soon(isTraffic(event)));
  const polling = setInterval(() => {
    if (source.readyState !== EventSource.OPEN) ask(false);
  }, POLL_MS);
  return () => {
    source.close();
    clearInterval(polling);
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

function isTraffic({ data }: MessageEvent<string>): boolean {
  const { types = [] } = JSON.parse(data) as Changed;
  return types.length > 0 && types.every((type) => type.startsWith('exchange.'));
}
