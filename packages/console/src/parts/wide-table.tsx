import type { ReactNode } from 'react';

/** Lets a table that is wider than the page scroll by itself, by pointer and by arrow keys. */
export function WideTable({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="wide-table" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
