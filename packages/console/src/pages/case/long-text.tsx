import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { say } from '../../words/say.ts';

/** More at once would hold the page up: a prompt can have ten megabytes. */
const CHARS_AT_ONCE = 20_000;
const CHARS_FIRST = 2_000;
const CHARS_IN_VIEW = 500;

/** Text from outside, a piece at a time. */
export function LongText({ text }: { readonly text: string }) {
  const [chars, setChars] = useState(CHARS_FIRST);
  const left = text.length - chars;
  return (
    <>
      {/* Who uses no pointer scrolls what is longer than its window once it has the focus. */}
      <pre className="content-text" dir="auto" {...(text.length > CHARS_IN_VIEW ? { tabIndex: 0 } : {})}>
        {text.slice(0, chars)}
      </pre>
      {left > 0 ? (
        <Button look="quiet" onPress={() => setChars(chars + CHARS_AT_ONCE)}>
          {say('text.more', { count: Math.min(left, CHARS_AT_ONCE), left })}
        </Button>
      ) : null}
    </>
  );
}
