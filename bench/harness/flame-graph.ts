import { busyStacks, type CallFrame, type CpuProfile } from './cpu-profile.ts';
import { partOf, type Part, PARTS } from './profile-parts.ts';

// A flame graph (Gregg, "The Flame Graph", CACM 2016) as one SVG file without scripts: callers below, what they call above them, width by time.
// What others draw from profiles needs a page of its own to look at them (speedscope, d3-flame-graph, 0x); this opens anywhere.

type Frame = { readonly name: string; readonly part: Part; ms: number; readonly called: Map<string, Frame> };

const WIDTH = 1200;
const ROW = 15;
const HEAD = 44;
/** Of the whole width; what is narrower can not be seen. */
const SHARE_MIN = 0.003;
const CHAR_WIDTH = 6.2;
const COLORS: Readonly<Record<Part, string>> = {
  'node:http, sockets, streams': '#8fb3d9',
  undici: '#b9a3d6',
  'the gate itself': '#e8a15c',
  'sealing and opening': '#d96f6f',
  'entries, hashes, commitments': '#e3c94f',
  'ledger: commits, messages, files': '#7fb77e',
  detection: '#67b5ae',
  'projections and SQLite': '#c58fb8',
  'collecting garbage': '#9a9a9a',
  'the rest of Node': '#c9c9c9',
};

/** @param title what the profile is of */
export function flameGraph(profile: CpuProfile, title: string): string {
  const root = callTree(profile);
  const rects: string[] = [];
  const depth = draw(root, 0, 0, root.ms, rects);
  const height = HEAD + depth * ROW;
  const body = rects.map((rect) => rect.replace(/y="(\d+)"/g, (_, y) => `y="${height - Number(y)}"`));
  const legend = PARTS.map(
    (part, i) =>
      `<rect x="${10 + (i % 5) * 235}" y="${20 + Math.floor(i / 5) * 12}" width="9" height="9" fill="${COLORS[part]}"/><text x="${22 + (i % 5) * 235}" y="${28 + Math.floor(i / 5) * 12}">${escape(part)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="10" y="14" font-size="12">${escape(title)}: ${Math.round(root.ms)} ms busy</text>`,
    ...legend,
    ...body,
    '</svg>\n',
  ].join('\n');
}

function callTree(profile: CpuProfile): Frame {
  const root: Frame = { name: 'all', part: 'the rest of Node', ms: 0, called: new Map() };
  for (const { stack, ms } of busyStacks(profile)) {
    root.ms += ms;
    let frame = root;
    for (const [depth, each] of stack.entries()) {
      const name = nameOf(each);
      let next = frame.called.get(name);
      if (next === undefined) {
        next = { name, part: partOf(stack.slice(0, depth + 1)), ms: 0, called: new Map() };
        frame.called.set(name, next);
      }
      next.ms += ms;
      frame = next;
    }
  }
  return root;
}

/** @returns the rows that it took */
function draw(frame: Frame, x: number, depth: number, totalMs: number, rects: string[]): number {
  const share = frame.ms / totalMs;
  if (share < SHARE_MIN) return depth;
  const width = share * WIDTH;
  if (depth > 0) rects.push(rectOf(frame, x, depth, width, share));
  let deepest = depth + 1;
  let at = x;
  for (const called of [...frame.called.values()].toSorted((a, b) => a.name.localeCompare(b.name))) {
    deepest = Math.max(deepest, draw(called, at, depth + 1, totalMs, rects));
    at += (called.ms / totalMs) * WIDTH;
  }
  return deepest;
}

function rectOf({ name, part }: Frame, x: number, depth: number, width: number, share: number): string {
  const y = depth * ROW;
  const chars = Math.floor((width - 4) / CHAR_WIDTH);
  const label =
    chars < 3 ? '' : `<text x="${round(x + 2)}" y="${y - 11}">${escape(name.slice(0, chars))}</text>`;
  return `<g><title>${escape(name)} ${(share * 100).toFixed(1)} %</title><rect x="${round(x)}" y="${y}" width="${round(width)}" height="${ROW - 1}" fill="${COLORS[part]}"/>${label}</g>`;
}

function nameOf({ functionName, url }: CallFrame): string {
  const place = url === '' ? '' : ` ${url.replace(/^.*\//, '')}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

function round(value: number): string {
  return value.toFixed(1);
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
