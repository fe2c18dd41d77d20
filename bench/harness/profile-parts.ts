import { busyStacks, type CallFrame, type CpuProfile } from './cpu-profile.ts';

/** What the CPU time of a thread goes to. */
export const PARTS = [
  'node:http, sockets, streams',
  'undici',
  'the gate itself',
  'sealing and opening',
  'entries, hashes, commitments',
  'ledger: commits, messages, files',
  'detection',
  'projections and SQLite',
  'collecting garbage',
  'the rest of Node',
] as const;
export type Part = (typeof PARTS)[number];

/** By the address of a function; the first that fits. */
const RULES: readonly (readonly [RegExp, Part])[] = [
  [
    /^node:(_http|net|stream|events|internal\/(streams|stream_base|http|net|event_target))/,
    'node:http, sockets, streams',
  ],
  [/^node:internal\/process\/task_queues/, 'node:http, sockets, streams'],
  [/node_modules\/undici\//, 'undici'],
  [/server\/src\/vault\//, 'sealing and opening'],
  [/packages\/record\//, 'entries, hashes, commitments'],
  [/packages\/detection\/|server\/src\/detect\//, 'detection'],
  [/server\/src\/(projections|accounts|cases)\//, 'projections and SQLite'],
  [/server\/src\/(ledger|seams|witness)\//, 'ledger: commits, messages, files'],
  [/server\/src\/gate\//, 'the gate itself'],
];

/** Whose time a stack's last frame is. What Node does for all, such as buffers, digests and files, counts for who asked for it. */
export function partOf(stack: readonly CallFrame[]): Part {
  if (stack.at(-1)?.functionName === '(garbage collector)') return 'collecting garbage';
  for (const { url } of stack.toReversed()) {
    const rule = RULES.find(([pattern]) => pattern.test(url));
    if (rule !== undefined) return rule[1];
  }
  return 'the rest of Node';
}

/** The share of each part in the time in which a thread was busy, largest first. */
export function shareByPart(profile: CpuProfile): [part: Part, share: number][] {
  const times = new Map<Part, number>();
  let busyMs = 0;
  for (const { stack, ms } of busyStacks(profile)) {
    const part = partOf(stack);
    busyMs += ms;
    times.set(part, (times.get(part) ?? 0) + ms);
  }
  return [...times]
    .map(([part, ms]) => [part, ms / busyMs] as [Part, number])
    .toSorted((a, b) => b[1] - a[1]);
}
