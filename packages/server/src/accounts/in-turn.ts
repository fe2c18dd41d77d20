/** Runs what concerns one name in turn, so that a check and the entry that rests on it are not interleaved with another's. */
export type InTurn = <T>(name: string, run: () => Promise<T>) => Promise<T>;

export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (name, run) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(run, run);
    last.set(name, turn);
    const done = () => {
      if (last.get(name) === turn) last.delete(name);
    };
    turn.then(done, done);
    return turn;
  };
}
