import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { Due, Incident } from '../../api/incident-shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField, LineField } from '../../parts/fields.tsx';
import { FormDisclosure } from '../../parts/form-disclosure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../parts/session.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

type Props = { readonly incident: Incident };

/** Reports are made elsewhere; here stands that they were, and under which reference. */
export function MadePanel({ incident }: Props) {
  const { you } = useSession();
  const open = incident.due.filter(
    ({ state, rule }) =>
      (state === 'runs' || state === 'late') &&
      incident.classified.findLast((each) => each.rule === rule)?.reportable === true,
  );
  return (
    <Panel title={say('made.title')} note={say('made.note')}>
      {incident.reports.length === 0 ? <p className="empty">{say('made.none')}</p> : null}
      <ul className="lines">
        {incident.reports.map((each) => (
          <li key={`${each.clock} ${each.timeMs}`}>
            <Moment at={each.timeMs} />
            <b>{each.clock}</b>
            <span>{each.reference}</span>
            <span>{each.by}</span>
          </li>
        ))}
      </ul>
      {you.role === 'auditor' ? null : open.length === 0 ? (
        <p className="note">{incident.undecided.length > 0 ? say('made.first') : null}</p>
      ) : (
        <MadeForm incident={incident} open={open} />
      )}
    </Panel>
  );
}

function MadeForm({ incident, open }: Props & { readonly open: readonly Due[] }) {
  const [clock, setClock] = useState<string | null>(null);
  const [reference, setReference] = useState('');
  const change = useChange(
    () =>
      post(`/v1/incidents/${encodeURIComponent(incident.incident)}/reports`, {
        clock,
        reference: reference.trim(),
      }),
    () => say('made.done'),
  );
  const write = async (): Promise<void> => {
    if (!(await change.run(undefined))) return;
    setClock(null);
    setReference('');
  };
  return (
    <FormDisclosure title={say('made.open')} error={change.error}>
      <ChoiceField
        label={say('made.clock')}
        choices={open.map((each) => ({ value: each.clock, label: each.clock, help: each.what }))}
        value={clock}
        onChange={setClock}
      />
      <LineField label={say('made.reference')} value={reference} onChange={setReference} isRequired />
      <Button
        look="main"
        onPress={() => void write()}
        isDisabled={change.busy || clock === null || reference.trim() === ''}
      >
        {say('made.do')}
      </Button>
    </FormDisclosure>
  );
}
