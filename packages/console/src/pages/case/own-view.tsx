import type { View } from '@portcullis/record';
import { type FormEvent, useState } from 'react';
import { post } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { goTo } from '../../parts/go-to.ts';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

const VIEWS: readonly View[] = ['extraction', 'not', 'unsure'];

type Props = { readonly shown: ShownCase; readonly canCommit: boolean };

/** A person's own view, from the evidence alone. It is on the ledger before the page has the detector's score. */
export function OwnView({ shown, canCommit }: Props) {
  const { you } = useSession();
  const own = shown.views.findLast((each) => each.by === you.operator);
  if (own?.view)
    return (
      <>
        <p>
          <strong>{say(`view.${own.view}`)}</strong>
        </p>
        <blockquote>{own.reasons}</blockquote>
      </>
    );
  return canCommit ? <ViewForm shown={shown} /> : <p className="note">{say('view.first')}</p>;
}

function ViewForm({ shown }: { readonly shown: ShownCase }) {
  const [view, setView] = useState<View | null>(null);
  const [reasons, setReasons] = useState('');
  const change = useChange(
    (body: { view: View; reasons: string }) => post(`/v1/cases/${shown.case}/views`, body),
    () => say('view.committed'),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (view !== null) void change.run({ view, reasons }).then((isDone) => isDone && goTo('score'));
  };
  return (
    <form onSubmit={submit}>
      <p className="note">{say('view.note')}</p>
      <ChoiceField
        label={say('view.question')}
        value={view}
        onChange={setView}
        choices={VIEWS.map((each) => ({ value: each, label: say(`view.${each}`) }))}
      />
      <ReasonsField label={say('view.reasons')} value={reasons} onChange={setReasons} />
      {change.error === null ? null : <Trouble error={change.error} />}
      <Button
        type="submit"
        look="main"
        isDisabled={change.busy || view === null || !reasonsAreEnough(reasons)}
      >
        {say('view.commit')}
      </Button>
    </form>
  );
}
