import { useEffect, useState } from 'react';

const QUIET_MS = 250;

/** A value once it has not changed for a moment: whoever types asks the server once, not once a letter. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), QUIET_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
