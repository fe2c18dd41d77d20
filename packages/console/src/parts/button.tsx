import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

type Look = 'plain' | 'main' | 'grave' | 'quiet';

/** A button; `main` is what the page is for, `grave` what is hard to take back. */
export function Button({ look = 'plain', ...rest }: ButtonProps & { readonly look?: Look }) {
  return <AriaButton {...rest} className={`button ${look}`} />;
}
