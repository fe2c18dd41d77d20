import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { post } from '../../api/call.ts';
import { switchQuery } from '../../api/queries.ts';
import type { Switch } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

/** The switch that leaves to people what people do; whoever may review may stop, an admin lets it go on. */
export function SwitchPanel() {
  const query = useQuery(switchQuery);
  return <Loaded query={query}>{(data) => <Shown data={data} />}</Loaded>;
}

function Shown({ data }: { readonly data: Switch }) {
  const { you } = useSession();
  return (
    <Panel
      title={say('switch.title')}
      note={say('switch.note')}
      aside={
        <span className={`badge ${data.stopped ? 'bad' : 'good'}`}>
          {say(data.stopped ? 'switch.stopped' : 'switch.runs')}
        </span>
      }
    >
      {data.stopped && data.by !== null ? (
        <div className="notice bad">
          <p>
            {say('switch.stoppedBy', { by: data.by })} {data.reasons}
          </p>
        </div>
      ) : null}
      {data.drills.length === 0 ? <p className="note">{say('switch.drills.none')}</p> : null}
      <ul className="lines">
        {data.drills.slice(0, 3).map((drill) => (
          <li key={drill.timeMs}>
            <Moment at={drill.timeMs} />
            <span className={`badge ${drill.passed ? 'good' : 'bad'}`}>
              {say(drill.passed ? 'switch.passed' : 'switch.failed')}
            </span>
            <span>{drill.by}</span>
          </li>
        ))}
      </ul>
      {you.role === 'auditor' ? null : (
        <Disclosure className="disclosure">
          <AriaButton slot="trigger" className="button quiet">
            {say('switch.change')}
          </AriaButton>
          <DisclosurePanel>
            <SwitchForm stopped={data.stopped} isAdmin={you.role === 'admin'} />
          </DisclosurePanel>
        </Disclosure>
      )}
    </Panel>
  );
}

function SwitchForm({ stopped, isAdmin }: { readonly stopped: boolean; readonly isAdmin: boolean }) {
  const [reasons, setReasons] = useState('');
  const [asks, setAsks] = useState(false);
  const act = stopped ? 'start' : 'stop';
  const change = useChange(
    (what: 'stop' | 'start' | 'drill') => post(`/v1/switch/${what}`, { reasons }),
    () => say('switch.done'),
  );
  const isDisabled = change.busy || !reasonsAreEnough(reasons);
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <ReasonsField label={say('switch.reasons')} value={reasons} onChange={setReasons} />
      {change.error === null ? null : <Trouble error={change.error} />}
      <div className="buttons">
        {stopped && !isAdmin ? null : (
          <Button look={stopped ? 'main' : 'grave'} onPress={() => setAsks(true)} isDisabled={isDisabled}>
            {say(`switch.${act}`)}
          </Button>
        )}
        {isAdmin ? (
          <Button onPress={() => void change.run('drill')} isDisabled={isDisabled}>
            {say('switch.drill')}
          </Button>
        ) : null}
      </div>
      <ConfirmDialog
        isOpen={asks}
        title={say(`switch.ask.${act}`)}
        action={say(`switch.${act}`)}
        onConfirm={() => void change.run(act)}
        onClose={() => setAsks(false)}
      >
        <p>{say(`switch.ask.${act}.means`)}</p>
        <p>{reasons}</p>
      </ConfirmDialog>
    </form>
  );
}
