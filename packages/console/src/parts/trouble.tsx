import { ApiError } from '../api/call.ts';
import { say } from '../words/say.ts';

/** An error in words: what the server said, or that it could not be asked. */
export function wordsOf(error: unknown): { readonly text: string; readonly hint: string } {
  if (!(error instanceof ApiError)) return { text: say('error.page'), hint: say('error.page.hint') };
  if (error.code === 'unreachable')
    return { text: say('error.unreachable'), hint: say('error.unreachable.hint') };
  if (error.message === '') return { text: say('error.unreadable', { status: error.status }), hint: '' };
  // What the server hints at is how programs send a token.
  if (error.code === 'unauthenticated') return { text: error.message, hint: say('error.signIn.hint') };
  return { text: error.message, hint: error.hint };
}

export function Trouble({ error }: { readonly error: unknown }) {
  const { text, hint } = wordsOf(error);
  return (
    <div className="notice bad" role="alert">
      <p>{text}</p>
      {hint === '' ? null : <p className="note">{hint}</p>}
    </div>
  );
}
