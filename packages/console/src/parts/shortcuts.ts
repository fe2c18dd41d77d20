import { useEffect, useRef } from 'react';
import type { WordKey } from '../words/say.ts';
import { type Preferences, usePreferences } from './preferences.ts';

/** What a key can do, and the key that does it unless a person chose another. WCAG 2.1.4: all can be changed and turned off. */
export const SHORTCUTS = {
  overview: 'o',
  queue: 'q',
  accounts: 'a',
  ledger: 'l',
  reveal: 'r',
  view: 'v',
  decide: 'd',
  nextCase: 'n',
  help: '?',
} as const;
export type Shortcut = keyof typeof SHORTCUTS;
export const shortcutWord = (shortcut: Shortcut): WordKey => `shortcut.${shortcut}`;

export const keyOf = ({ keys }: Preferences, shortcut: Shortcut): string =>
  keys[shortcut] ?? SHORTCUTS[shortcut];

/** Does something on a shortcut's key, unless a person is typing. */
export function useShortcut(shortcut: Shortcut, act: () => void): void {
  const preferences = usePreferences();
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const key = preferences.shortcutsOn ? keyOf(preferences, shortcut) : '';
  useEffect(() => {
    if (key === '') return undefined;
    const hear = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [key]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role=dialog]') !== null
  );
}
