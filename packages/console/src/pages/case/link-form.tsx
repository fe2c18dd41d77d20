import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { LineField } from '../../parts/fields.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

type Made = { readonly token: string; readonly url: string | null };

/** A signed link by which the holder of an account is heard; its token is known only now. */
export function LinkForm({ shown }: { readonly shown: ShownCase }) {
  const [account, setAccount] = useState('');
  const [made, setMade] = useState<Made | undefined>(undefined);
  const change = useChange(
    async () =>
      setMade(
        await post<Made>(`/v1/cases/${shown.case}/accounts/${encodeURIComponent(account.trim())}/links`),
      ),
    () => say('link.done'),
  );
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <p className="note">{say('link.note')}</p>
      <LineField label={say('link.account')} value={account} onChange={setAccount} isRequired />
      {change.error === null ? null : <Trouble error={change.error} />}
      <Button onPress={() => void change.run(undefined)} isDisabled={change.busy || account.trim() === ''}>
        {say('link.do')}
      </Button>
      {made === undefined ? null : (
        <div className="notice good">
          <p>{say(made.url === null ? 'link.unserved' : 'link.done')}</p>
          <code className="hash">{made.url ?? made.token}</code>
        </div>
      )}
    </form>
  );
}
