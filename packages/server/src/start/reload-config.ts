import { findContradictions } from '../config/check-settings.ts';
import { compareConfig } from '../config/compare-config.ts';
import type { Config } from '../config/config.ts';
import { ServerError } from '../server-error.ts';

/** What a reload did. */
export type Reloaded = {
  /** Names of the settings that are new. */
  readonly changed: readonly string[];
  /** Names of settings that differ in the file and take a restart; they stay as they were. */
  readonly needRestart: readonly string[];
};

export type ReloadPorts = {
  /** Reads the settings as the start did. @throws ServerError `bad-config` */
  readonly load: () => Config;
  /** The settings that rule now. */
  readonly running: () => Config;
  /** Writes on the ledger which settings rule from now on. */
  readonly record: (config: Config) => Promise<void>;
  /** Puts them to use. */
  readonly apply: (config: Config) => void;
};

/**
 * Reloads settings, one reload after the other. Wrong settings, and settings that the ledger can not take now, leave everything as it was.
 * @throws (the returned function) ServerError `bad-config`, `ledger-refused`
 */
export function createReload({ load, running, record, apply }: ReloadPorts): () => Promise<Reloaded> {
  let last: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<Reloaded> => {
    const wanted = load();
    const { config, changed, needRestart } = compareConfig(running(), wanted);
    // Each file may be sound by itself, and what rules until a restart a mixture of both.
    const wrong = findContradictions(config, process.env);
    if (wrong.length > 0) throw new ServerError('bad-config', wrong.map(({ message }) => message).join('\n'));
    if (changed.length > 0) {
      await record(config);
      apply(config);
    }
    return { changed, needRestart };
  };
  return () => {
    const turn = last.then(reload, reload);
    last = turn.catch(() => {});
    return turn;
  };
}
