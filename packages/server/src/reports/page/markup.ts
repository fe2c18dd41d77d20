import { escapeText } from './plot-paint.ts';

// HTML in which text is always escaped: what is not made here or by the plots is text.

declare const html: unique symbol;
export type Markup = string & { readonly [html]: true };

/** `text` as it reads. */
export const words = (text: string): Markup => escapeText(text) as Markup;
export const joined = (parts: readonly Markup[]): Markup => parts.join('\n') as Markup;

/** An element of these parts. @param attributes as they stand in the tag, of this program's making */
export function element(name: string, parts: Markup | readonly Markup[], attributes = ''): Markup {
  const inner = typeof parts === 'string' ? parts : joined(parts);
  return `<${name}${attributes === '' ? '' : ` ${attributes}`}>${inner}</${name}>` as Markup;
}

export const paragraph = (text: string, attributes = ''): Markup => element('p', words(text), attributes);
export const list = (items: readonly string[]): Markup =>
  element(
    'ul',
    items.map((item) => element('li', words(item))),
  );

/** Terms and what is said of each, in one sentence or several. */
export function terms(said: readonly (readonly [string, string | readonly string[]])[]): Markup {
  return element(
    'dl',
    said.flatMap(([term, text]) => [
      element('dt', words(term)),
      element('dd', typeof text === 'string' ? words(text) : text.map((each) => paragraph(each))),
    ]),
  );
}

/** A table whose first column names the row; all others are numbers. */
export function numberTable(
  caption: string,
  head: readonly string[],
  body: readonly (readonly string[])[],
): Markup {
  const heading = head.map((text, at) =>
    element('th', words(text), at === 0 ? 'scope="col"' : 'scope="col" class="number"'),
  );
  const lines = body.map((cells) =>
    element(
      'tr',
      cells.map((text, at) =>
        at === 0 ? element('th', words(text), 'scope="row"') : element('td', words(text), 'class="number"'),
      ),
    ),
  );
  const table = element('table', [
    element('caption', words(caption)),
    element('thead', element('tr', heading)),
    element('tbody', lines),
  ]);
  return element('div', table, `class="scroll" tabindex="0" role="group" aria-label="${words(caption)}"`);
}
