import { useSyncExternalStore } from 'react';

// What a person set for themselves in this browser. It says nothing about any case, so it may stay here.

const KEY = 'portcullis-console';
export type Theme = 'system' | 'light' | 'dark';
export type Preferences = {
  readonly theme: Theme;
  /** Keys by action; an empty one is off. */
  readonly keys: Readonly<Record<string, string>>;
  readonly shortcutsOn: boolean;
};
const STANDARD: Preferences = { theme: 'system', keys: {}, shortcutsOn: true };

let current = load();
const listeners = new Set<() => void>();

function load(): Preferences {
  try {
    return { ...STANDARD, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return STANDARD;
  }
}

export function setPreferences(changed: Partial<Preferences>): void {
  current = { ...current, ...changed };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing keeps it for this visit.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** Without one of its own the page follows the system. */
export function applyTheme(): void {
  if (current.theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current.theme;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
