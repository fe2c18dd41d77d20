import type { ReactNode } from 'react';
import { Link as AriaLink } from 'react-aria-components/Link';

type Props = {
  readonly to: string;
  readonly children: ReactNode;
  /** For links whose text alone does not say where they lead. */
  readonly label?: string;
  /** Whether it leads to where one is. */
  readonly current?: boolean;
};

/** A link to a page of the console. */
export function Link({ to, children, label, current = false }: Props) {
  return (
    <AriaLink
      href={to}
      className="link"
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </AriaLink>
  );
}
