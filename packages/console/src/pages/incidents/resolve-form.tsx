import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { Incident } from '../../api/incident-shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { FormDisclosure } from '../../parts/form-disclosure.tsx';
import { useSession } from '../../parts/session.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

export function ResolveForm({ incident }: { readonly incident: Incident }) {
  const { you } = useSession();
  const [reasons, setReasons] = useState('');
  const change = useChange(
    () => post(`/v1/incidents/${encodeURIComponent(incident.incident)}/resolve`, { reasons }),
    () => say('resolve.done'),
  );
  if (you.role === 'auditor') return null;
  return (
    <FormDisclosure title={say('resolve.open')} note={say('resolve.note')} error={change.error}>
      <ReasonsField label={say('resolve.reasons')} value={reasons} onChange={setReasons} />
      <Button
        look="grave"
        onPress={() => void change.run(undefined)}
        isDisabled={change.busy || !reasonsAreEnough(reasons)}
      >
        {say('resolve.do')}
      </Button>
    </FormDisclosure>
  );
}
