import { Component, type ReactNode } from 'react';
import { Trouble } from './trouble.tsx';

/** Where a page breaks, it says so in place of nothing at all. React knows only classes for that. */
export class Caught extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Trouble error={this.state.error} />;
  }
}
