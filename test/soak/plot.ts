// Lines over time as one SVG, panels below each other. Few enough lines of code that a library would cost more than it saves:
// docs/decisions/0002-libraries.md.

export type Line = { readonly name: string; readonly values: readonly number[] };
export type Panel = { readonly title: string; readonly lines: readonly Line[] };
export type Mark = { readonly timeSeconds: number; readonly name: string };

const WIDTH = 1000;
const HEIGHT = 190;
const LEFT = 64;
const RIGHT = 190;
const TOP = 28;
const BOTTOM = 24;
const COLORS = ['#1b6ca8', '#c8553d', '#4f9d69', '#8a5fb0', '#c59b2a', '#5b6770'];

/** @param times seconds of every value, the same for all lines. @param marks what was done to the server, and when */
export function plotSvg(
  title: string,
  times: readonly number[],
  panels: readonly Panel[],
  marks: readonly Mark[],
): string {
  const height = 34 + panels.length * HEIGHT;
  const drawn = panels.map((panel, i) => drawPanel(panel, 34 + i * HEIGHT, times, marks));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/><text x="${LEFT}" y="22" font-size="15">${escape(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel(panel: Panel, y: number, times: readonly number[], marks: readonly Mark[]): string {
  const last = Math.max(1, times.at(-1) ?? 1);
  const top = niceTop(Math.max(0, ...panel.lines.flatMap(({ values }) => values)));
  const x = (seconds: number): string => (LEFT + (seconds / last) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const toY = (value: number): string => (y + TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const parts = [`<text x="${LEFT}" y="${y + 16}" font-weight="bold">${escape(panel.title)}</text>`];
  for (let i = 0; i <= 4; i++) {
    const value = (top * i) / 4;
    parts.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(value)}" y2="${toY(value)}" stroke="#ddd"/>`,
      `<text x="${LEFT - 6}" y="${toY(value)}" dy="4" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
      `<text x="${x((last * i) / 4)}" y="${y + HEIGHT - 8}" text-anchor="middle">${spellTime((last * i) / 4)}</text>`,
    );
  }
  for (const { timeSeconds, name } of marks) {
    parts.push(
      `<line x1="${x(timeSeconds)}" x2="${x(timeSeconds)}" y1="${y + TOP}" y2="${y + HEIGHT - BOTTOM}" stroke="#999" stroke-dasharray="2 3"><title>${escape(name)}</title></line>`,
    );
  }
  for (const [i, { name, values }] of panel.lines.entries()) {
    const points = values.map((value, n) => `${x(times[n] ?? 0)},${toY(value)}`).join(' ');
    const color = COLORS[i % COLORS.length];
    parts.push(
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="1.3"/>`,
      `<text x="${WIDTH - RIGHT + 10}" y="${y + TOP + 10 + i * 16}" fill="${color}">${escape(name)}</text>`,
    );
  }
  return parts.join('\n');
}

/** The next of 1, 2, 4, 5, 8 or 10 times a power of ten, so that quarters of it are short numbers. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return (([1, 2, 4, 5, 8, 10] as const).find((step) => step * power >= value) ?? 10) * power;
}

function spellTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0
    ? `${Math.round(seconds)} s`
    : `${minutes}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
