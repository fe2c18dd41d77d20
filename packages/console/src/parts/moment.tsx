import { spellAge, spellTime } from '../words/format.ts';

/** A time, exactly; or as an age, with the exact time on pointing at it. */
export function Moment({ at, now }: { readonly at: number | string; readonly now?: number }) {
  const timeMs = typeof at === 'number' ? at : Date.parse(at);
  const iso = new Date(timeMs).toISOString();
  return (
    <time dateTime={iso} title={iso} className="moment">
      {now === undefined ? spellTime(timeMs) : spellAge(timeMs, now)}
    </time>
  );
}
