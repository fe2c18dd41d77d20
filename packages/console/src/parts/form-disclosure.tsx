import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Trouble } from './trouble.tsx';

type Props = {
  /** On the button that opens it. */
  readonly title: string;
  readonly children: ReactNode;
  readonly note?: string;
  /** Why what was asked for was refused; null where it was not. */
  readonly error: unknown;
};

/** A form that stays out of the way until somebody wants it. */
export function FormDisclosure({ title, note, error, children }: Props) {
  return (
    <Disclosure className="disclosure">
      <AriaButton slot="trigger" className="button quiet">
        {title}
      </AriaButton>
      <DisclosurePanel>
        <form onSubmit={(event) => event.preventDefault()}>
          {note === undefined ? null : <p className="note">{note}</p>}
          {children}
          {error === null ? null : <Trouble error={error} />}
        </form>
      </DisclosurePanel>
    </Disclosure>
  );
}
