import { useState } from 'react';
import { useLocation } from 'wouter';
import { post } from '../../api/call.ts';
import type { Incident, IncidentKind } from '../../api/incident-shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ManyField } from '../../parts/many-field.tsx';
import { LineField } from '../../parts/fields.tsx';
import { FormDisclosure } from '../../parts/form-disclosure.tsx';
import { useSession } from '../../parts/session.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say, sayName } from '../../words/say.ts';

/** Each kind once: a kind that the ledger learns is missed here by the compiler. */
const KINDS: Readonly<Record<IncidentKind, true>> = {
  'critical-infrastructure': true,
  'cyber-breach': true,
  'weight-exfiltration': true,
  death: true,
  'imminent-danger': true,
  'licence-breach': true,
  other: true,
};
const CHOICES = (Object.keys(KINDS) as IncidentKind[]).map((value) => ({
  value,
  label: sayName('incidentKind', value),
}));
const WHAT_CHARS = { min: 20, max: 600 } as const;

/** Somebody says that the operator knows of an incident since a moment: every clock starts there. */
export function AwareForm() {
  const { you } = useSession();
  const [, navigate] = useLocation();
  const [what, setWhat] = useState('');
  const [kinds, setKinds] = useState<readonly IncidentKind[]>([]);
  const [at, setAt] = useState('');
  const [ofCase, setOfCase] = useState('');
  const change = useChange(
    async () => {
      const made = await post<Incident>('/v1/incidents', {
        what,
        kinds,
        ...(at === '' ? {} : { aware: new Date(at).toISOString() }),
        ...(ofCase.trim() === '' ? {} : { case: ofCase.trim() }),
      });
      navigate(`/incidents/${made.incident}`);
      return made;
    },
    ({ incident }) => say('aware.done', { incident }),
  );
  if (you.role === 'auditor') return null;
  return (
    <FormDisclosure title={say('aware.open')} note={say('aware.note')} error={change.error}>
      <LineField
        label={say('aware.what')}
        help={say('aware.what.help')}
        value={what}
        onChange={setWhat}
        maxLength={WHAT_CHARS.max}
        isRequired
      />
      <ManyField label={say('aware.kinds')} choices={CHOICES} value={kinds} onChange={setKinds} />
      <LineField
        label={say('aware.at')}
        help={say('aware.at.help')}
        type="datetime-local"
        value={at}
        onChange={setAt}
      />
      <LineField label={say('aware.case')} value={ofCase} onChange={setOfCase} />
      <Button
        look="main"
        onPress={() => void change.run(undefined)}
        isDisabled={change.busy || kinds.length === 0 || what.trim().length < WHAT_CHARS.min}
      >
        {say('aware.do')}
      </Button>
    </FormDisclosure>
  );
}
