/** The connections of one upstream, handed out first in, first out; who waits for one can leave without a trace. */
export type ConnectionTurns = {
  /** Calls `go` at once where a connection is free, otherwise when it is its turn. */
  take(go: () => void): void;
  /** For who was called: its connection is free again. */
  giveBack(): void;
  /** For who still waits. */
  leave(go: () => void): void;
};

export function createConnectionTurns(connectionsMax: number): ConnectionTurns {
  const waiting = new Set<() => void>();
  let taken = 0;
  return {
    take(go) {
      if (taken >= connectionsMax) return void waiting.add(go);
      taken++;
      go();
    },
    giveBack() {
      const [next] = waiting;
      if (next === undefined) return void taken--;
      waiting.delete(next);
      // Not from within the pool's callback: it still works on the connection that comes free.
      setImmediate(next);
    },
    leave: (go) => void waiting.delete(go),
  };
}
