import type { Disclosure } from '../disclosure.ts';

const HEAD = ['table', 'kind', 'month', 'value', 'standard_deviation', 'margin_95', 'bound', 'kind_bound'];

/** One line a value, as RFC 4180 has it. No field needs quotes: they are names and numbers. */
export function writeCsv({ tables }: Disclosure): string {
  const lines = tables.flatMap(({ name, kinds, months, standardDeviation, margin95, bound, kindBound }) =>
    months.flatMap(({ month, values }) =>
      kinds.map((kind, at) =>
        [name, kind.name, month, values[at], standardDeviation, margin95, bound, kindBound].join(','),
      ),
    ),
  );
  return `${[HEAD.join(','), ...lines].join('\r\n')}\r\n`;
}
