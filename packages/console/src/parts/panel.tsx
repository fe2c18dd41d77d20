import { type ReactNode, useId } from 'react';

type Props = {
  readonly title: string;
  readonly children: ReactNode;
  /** Beside the title: counts, buttons. */
  readonly aside?: ReactNode;
  readonly note?: string;
  readonly id?: string;
};

/** A part of a page with a heading of its own. */
export function Panel({ title, children, aside, note, id }: Props) {
  const heading = useId();
  return (
    <section className="panel" aria-labelledby={heading} id={id}>
      <header className="panel-head">
        <h2 id={heading} tabIndex={-1}>
          {title}
        </h2>
        {aside}
      </header>
      {note === undefined ? null : <p className="note">{note}</p>}
      {children}
    </section>
  );
}
