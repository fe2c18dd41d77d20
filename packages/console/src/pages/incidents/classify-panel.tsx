import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { Incident } from '../../api/incident-shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { FormDisclosure } from '../../parts/form-disclosure.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../parts/session.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

type Props = { readonly incident: Incident };

/** Whether each rule asks for a report is decided by a person, with reasons. */
export function ClassifyPanel({ incident }: Props) {
  const { you } = useSession();
  const rules = [...new Set(incident.due.map(({ rule }) => rule))];
  return (
    <Panel title={say('classify.title')} note={say('classify.note')}>
      <ul className="lines">
        {rules.map((rule) => (
          <li key={rule}>
            <b>{rule}</b>
            <Decided incident={incident} rule={rule} />
          </li>
        ))}
      </ul>
      {you.role === 'auditor'
        ? null
        : rules.map((rule) => <ClassifyForm key={rule} incident={incident} rule={rule} />)}
    </Panel>
  );
}

function Decided({ incident, rule }: Props & { readonly rule: string }) {
  const decided = incident.classified.findLast((each) => each.rule === rule);
  if (decided === undefined)
    return incident.undecided.includes(rule) ? (
      <span className="badge warn">{say('classify.undecided')}</span>
    ) : (
      <span className="badge">{say('dueState.over')}</span>
    );
  return (
    <>
      <span className="badge">{say(decided.reportable ? 'classify.yes' : 'classify.no')}</span>
      <span>{say('classify.by', { by: decided.by, reasons: decided.reasons })}</span>
    </>
  );
}

function ClassifyForm({ incident, rule }: Props & { readonly rule: string }) {
  const [choice, setChoice] = useState<'yes' | 'no' | null>(null);
  const [reasons, setReasons] = useState('');
  const change = useChange(
    () =>
      post(`/v1/incidents/${encodeURIComponent(incident.incident)}/classify`, {
        rule,
        reportable: choice === 'yes',
        reasons,
      }),
    () => say('classify.done'),
  );
  return (
    <FormDisclosure title={say('classify.open', { rule })} error={change.error}>
      <ChoiceField
        label={say('classify.choice', { rule })}
        choices={[
          { value: 'yes', label: say('classify.yes.choice') },
          { value: 'no', label: say('classify.no.choice') },
        ]}
        value={choice}
        onChange={setChoice}
      />
      <ReasonsField label={say('classify.reasons', { rule })} value={reasons} onChange={setReasons} />
      <Button
        look="main"
        onPress={() => void change.run(undefined)}
        isDisabled={change.busy || choice === null || !reasonsAreEnough(reasons)}
      >
        {say('classify.do', { rule })}
      </Button>
    </FormDisclosure>
  );
}
