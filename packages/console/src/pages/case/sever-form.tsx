import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { LineField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { goTo } from '../../parts/go-to.ts';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

/** An innocent account is taken out by itself, without waiting for what becomes of the others. */
export function SeverForm({ shown }: { readonly shown: ShownCase }) {
  const { you } = useSession();
  const [account, setAccount] = useState('');
  const [reasons, setReasons] = useState('');
  const change = useChange(
    () => post(`/v1/cases/${shown.case}/accounts/${encodeURIComponent(account.trim())}/sever`, { reasons }),
    () => say('sever.done'),
  );
  if (you.role === 'auditor') return null;
  return (
    <Disclosure className="disclosure">
      <AriaButton slot="trigger" className="button quiet">
        {say('sever.open')}
      </AriaButton>
      <DisclosurePanel>
        {shown.views.some((each) => each.by === you.operator) ? (
          <form onSubmit={(event) => event.preventDefault()}>
            <p className="note">{say('sever.note')}</p>
            <LineField label={say('sever.account')} value={account} onChange={setAccount} isRequired />
            <ReasonsField label={say('sever.reasons')} value={reasons} onChange={setReasons} />
            {change.error === null ? null : <Trouble error={change.error} />}
            <Button
              onPress={() =>
                void change.run(undefined).then((isDone) => {
                  if (!isDone) return;
                  setAccount('');
                  setReasons('');
                  goTo('accounts');
                })
              }
              isDisabled={change.busy || account.trim() === '' || !reasonsAreEnough(reasons)}
            >
              {say('sever.do')}
            </Button>
          </form>
        ) : (
          <p className="note">{say('sever.first')}</p>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}
