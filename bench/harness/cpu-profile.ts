import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type CallFrame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };

/** What `--cpu-prof` writes of one thread (Chrome DevTools Protocol, Profiler.Profile). */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
};

/** Those in the folder that are not older than `sinceMs`. */
export function readProfiles(folder: string, sinceMs: number): CpuProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).mtimeMs >= sinceMs)
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as CpuProfile);
}

/** Without the first so many milliseconds, in which compilers and pools had not seen it all. */
export function without(profile: CpuProfile, firstMs: number): CpuProfile {
  let passedMs = 0;
  let from = 0;
  while (from < profile.samples.length && passedMs < firstMs)
    passedMs += (profile.timeDeltas[from++] ?? 0) / 1000;
  return { ...profile, samples: profile.samples.slice(from), timeDeltas: profile.timeDeltas.slice(from) };
}

/** The stacks that a thread was seen with, callers first, and for how long; not those in which it waited. */
export function busyStacks({
  nodes,
  samples,
  timeDeltas,
}: CpuProfile): { stack: readonly CallFrame[]; ms: number }[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stackOf = (id: number): CallFrame[] => {
    const stack: CallFrame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined && frame.functionName !== '(root)') stack.unshift(frame);
    }
    return stack;
  };
  const found = new Map<number, { stack: readonly CallFrame[]; ms: number }>();
  samples.forEach((id, i) => {
    const one = found.get(id) ?? { stack: stackOf(id), ms: 0 };
    one.ms += (timeDeltas[i] ?? 0) / 1000;
    found.set(id, one);
  });
  return [...found.values()].filter(
    ({ stack }) => !/^\((idle|program)\)$/.test(stack.at(-1)?.functionName ?? '(idle)'),
  );
}

/** The file that a thread was started with. */
export function entryFile({ nodes }: CpuProfile): string {
  const urls = nodes.map(({ callFrame }) => callFrame.url);
  return urls.find((url) => /-thread\.[jt]s$|cli\/main/.test(url))?.replace(/.*\//, '') ?? 'thread';
}

/** The functions in which a thread spent its time, without what they called, and with it. */
export function hottest(profile: CpuProfile, count: number): string {
  const own = new Map<string, number>();
  const withCalled = new Map<string, number>();
  let busyMs = 0;
  for (const { stack, ms } of busyStacks(profile)) {
    busyMs += ms;
    const names = stack.map(nameOf);
    const last = names.at(-1) as string;
    own.set(last, (own.get(last) ?? 0) + ms);
    for (const each of new Set(names)) withCalled.set(each, (withCalled.get(each) ?? 0) + ms);
  }
  const lines = (figures: Map<string, number>): string[] =>
    [...figures]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, count)
      .map(([name, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `\n${entryFile(profile)}: ${Math.round(busyMs)} ms busy`,
    ' own time',
    ...lines(own),
    ' with what was called',
    ...lines(withCalled),
    '',
  ].join('\n');
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const place = url === '' ? '' : ` ${url.replace(/^.*\/(?=[^/]*\/[^/]*$)/, '')}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}
