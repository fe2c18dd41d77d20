import { createContext, type ReactNode, use, useCallback, useState } from 'react';

const Announce = createContext<(text: string) => void>(() => {});

/** Says to whoever listens by a screen reader what else they would only see. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', count: 0 });
  const announce = useCallback(
    (text: string) => setSaid((before) => ({ text, count: before.count + 1 })),
    [],
  );
  return (
    <Announce value={announce}>
      {children}
      <div role="status" aria-live="polite" className="unseen">
        {/* A new element is read even where its text is that of before. */}
        <p key={said.count}>{said.text}</p>
      </div>
    </Announce>
  );
}

export const useAnnounce = (): ((text: string) => void) => use(Announce);
