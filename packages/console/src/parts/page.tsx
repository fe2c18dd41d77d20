import { type ReactNode, useEffect, useRef } from 'react';
import { say } from '../words/say.ts';

type Props = {
  readonly title: string;
  readonly children: ReactNode;
  readonly lead?: ReactNode;
  readonly aside?: ReactNode;
};

/** A page: its title names the tab, and takes the focus, so that a screen reader says where one has come to. */
export function Page({ title, children, lead, aside }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = say('page.title', { title });
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <>
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead === undefined ? null : <p className="lead">{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </>
  );
}
