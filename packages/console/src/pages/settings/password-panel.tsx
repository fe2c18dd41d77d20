import { type FormEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { Button } from '../../parts/button.tsx';
import { LineField } from '../../parts/fields.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

export function PasswordPanel() {
  const { you, hasPassword, by } = useSession();
  const [password, setPassword] = useState('');
  const [current, setCurrent] = useState('');
  const [isDone, setDone] = useState(false);
  const change = useChange(
    () => call('PUT', '/v1/session/password', { password, ...(current === '' ? {} : { current }) }),
    () => say('password.done'),
  );
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isSet = await change.run(undefined);
    setDone(isSet);
    if (isSet) setPassword('');
    setCurrent('');
  };
  return (
    <Panel title={say('password.title')} note={say('password.note')}>
      <form onSubmit={(event) => void submit(event)}>
        <input type="text" autoComplete="username" value={you.operator} readOnly hidden />
        {hasPassword || by === 'password' ? (
          <LineField
            label={say('password.current')}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
        ) : null}
        <LineField
          label={say('password.new')}
          help={say('password.help')}
          type="password"
          autoComplete="new-password"
          minLength={15}
          value={password}
          onChange={setPassword}
          isRequired
        />
        {change.error === null ? null : <Trouble error={change.error} />}
        {isDone ? <p className="notice good">{say('password.done')}</p> : null}
        <Button type="submit" isDisabled={change.busy}>
          {say('password.set')}
        </Button>
      </form>
    </Panel>
  );
}
