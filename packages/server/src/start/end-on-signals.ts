/** SIGINT and SIGTERM end the run; a second one at once. */
export function endOnSignals(): { readonly ended: Promise<void>; readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const { promise, resolve: ended } = Promise.withResolvers<void>();
  const end = (): void => {
    abort.abort();
    ended();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(130);
      end();
    });
  }
  return { ended: promise, signal: abort.signal, end };
}
