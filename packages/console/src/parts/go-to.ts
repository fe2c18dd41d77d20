/** Brings a part of the page into view and gives it the focus, for those who use no pointer, or whose button is gone once it was pressed. */
export function goTo(id: string): void {
  const part = document.getElementById(id);
  const heading = part?.querySelector<HTMLElement>('h2');
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  part?.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  heading?.focus({ preventScroll: true });
}
