import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { goTo } from '../../parts/go-to.ts';
import { Moment } from '../../parts/moment.tsx';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say, sayName } from '../../words/say.ts';
import { peopleOf } from './people-of.ts';

/** A decision that has not taken effect: until when it can be undone, and the way to do it for whoever decided. */
export function UndoForm({ shown }: { readonly shown: ShownCase }) {
  const { you } = useSession();
  const [reasons, setReasons] = useState('');
  const pending = shown.decisions.findLast(
    (each) => each.takesEffectMs !== null && each.effectedIndex === null && each.undoneIndex === null,
  );
  const change = useChange(
    (decision: string) => post(`/v1/cases/${shown.case}/decisions/${decision}/undo`, { reasons }),
    () => say('undo.done'),
  );
  if (pending === undefined || pending.takesEffectMs === null) return null;
  return (
    <div className="notice soft">
      <p>
        {say('undo.until', { measure: sayName('measure', pending.measure) })}{' '}
        <Moment at={pending.takesEffectMs} />. {say('undo.by')}
      </p>
      {peopleOf(shown, pending).includes(you.operator) ? (
        <form onSubmit={(event) => event.preventDefault()}>
          <ReasonsField label={say('undo.reasons')} value={reasons} onChange={setReasons} />
          {change.error === null ? null : <Trouble error={change.error} />}
          <Button
            onPress={() => void change.run(pending.decision).then((isDone) => isDone && goTo('decide'))}
            isDisabled={change.busy || !reasonsAreEnough(reasons)}
          >
            {say('undo.do')}
          </Button>
        </form>
      ) : null}
    </div>
  );
}
