import type { ListedEntry } from '../../api/shapes.ts';
import { say } from '../../words/say.ts';

/** Fields that say most of what an entry is about, in the order in which they are shown. */
const TELLING = [
  'operator',
  'account',
  'case',
  'finding',
  'decision',
  'measure',
  'step',
  'standing',
  'kind',
  'endpoint',
  'outcome',
  'by',
  'detail',
];

/** One line on an entry, from its own fields. */
export function aboutEntry({ entry, withheld }: ListedEntry): string {
  if (withheld === true || entry === undefined) return say('entry.withheld');
  const fields: Readonly<Record<string, unknown>> = entry;
  return TELLING.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' ? [value] : [];
  }).join(' · ');
}
