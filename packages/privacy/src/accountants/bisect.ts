/**
 * The border of what holds: `holds` is true at `good` and false at `bad`, and changes once between them. The answer is on the good side, and
 * the border is within a few units in its last place.
 */
export function bisect(good: number, bad: number, holds: (value: number) => boolean): number {
  let [inside, outside] = [good, bad];
  for (;;) {
    const middle = inside + (outside - inside) / 2;
    if (middle === inside || middle === outside) return inside;
    if (Math.abs(outside - inside) <= 4 * Number.EPSILON * Math.abs(inside)) return inside;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
}
