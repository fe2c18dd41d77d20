import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `--cpu-prof` writes of one thread (Chrome DevTools Protocol, Profiler.Profile). */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
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

/** The functions in which a thread spent its time, without what they called, and with it. */
export function hottest({ nodes, samples, timeDeltas }: CpuProfile, count: number): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const own = new Map<string, number>();
  const withCalled = new Map<string, number>();
  let busyMs = 0;
  samples.forEach((id, i) => {
    const ms = (timeDeltas[i] ?? 0) / 1000;
    const name = nameOf(byId.get(id));
    if (/^\((idle|program|root)\)/.test(name)) return;
    busyMs += ms;
    own.set(name, (own.get(name) ?? 0) + ms);
    const seen = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      seen.add(nameOf(byId.get(at)));
    for (const each of seen) withCalled.set(each, (withCalled.get(each) ?? 0) + ms);
  });
  const file = nodes
    .map(({ callFrame }) => callFrame.url)
    .find((url) => /-thread\.[jt]s$|cli\/main/.test(url));
  const lines = (figures: Map<string, number>): string[] =>
    [...figures]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, count)
      .map(([name, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `\n${file?.replace(/.*\//, '') ?? 'thread'}: ${Math.round(busyMs)} ms busy`,
    ' own time',
    ...lines(own),
    ' with what was called',
    ...lines(withCalled),
    '',
  ].join('\n');
}

function nameOf(node: CpuProfile['nodes'][number] | undefined): string {
  if (node === undefined) return '(unknown)';
  const { functionName, url, lineNumber } = node.callFrame;
  const place = url === '' ? '' : ` ${url.replace(/^.*\/(?=[^/]*\/[^/]*$)/, '')}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}
