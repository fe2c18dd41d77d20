// The plotting library writes colours and fonts into the drawing. On a page that has a light and a dark face and allows no style within its
// elements, they become classes.

/** Colours that stand for a role while a plot is drawn. No two are alike, and none is seen. */
export const PAINT = {
  ink: '#010101',
  soft: '#020202',
  rule: '#030303',
  mark: '#040404',
  whisker: '#050505',
} as const;
const CLASSES = new Map(Object.entries(PAINT).map(([role, colour]) => [colour as string, role]));

/**
 * The drawing without style, script, background or anything that differs between two drawings of the same.
 * @param label what a reader is told who does not see it; plain text
 */
export function cleanSvg(svg: string, label: string): string {
  return svg
    .replace(/<(style|clipPath)[^]*?<\/\1>/g, '')
    .replace(/<\/?defs[^>]*>/g, '')
    .replace(/<rect [^>]*fill="none"><\/rect>|<path [^>]*fill-opacity="0"[^>]*><\/path>/g, '')
    .replace(
      / (?:class|clip-path|ecmeta_[a-z_]+|pointer-events|style|xmlns:xlink|version|baseProfile)="[^"]*"/g,
      '',
    )
    .replace(/<(\w+)([^>]*)>/g, (_, name: string, attributes: string) => `<${name}${paint(attributes)}>`)
    .replace(/<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${escapeText(label)}"`)
    .replace(/\n+/g, '\n')
    .trim();
}

function paint(attributes: string): string {
  const classes: string[] = [];
  const rest = attributes.replace(/ (fill|stroke)="(#\w+)"/g, (whole, kind: string, colour: string) => {
    const role = CLASSES.get(colour);
    if (role === undefined) return colour === '#000' && kind === 'fill' ? ' fill="none"' : whole;
    classes.push(`${kind}-${role}`);
    return '';
  });
  return classes.length === 0 ? rest : `${rest} class="${classes.join(' ')}"`;
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
