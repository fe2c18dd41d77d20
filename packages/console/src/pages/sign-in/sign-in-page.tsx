import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { useSearch } from 'wouter';
import { keepCsrf, post } from '../../api/call.ts';
import type { Session } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { LineField } from '../../parts/fields.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { say } from '../../words/say.ts';
import { ByOrganisation, refusalWords } from './by-organisation.tsx';

/** The one page for whoever is not signed in. */
export function SignInPage() {
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const refused = refusalWords(useSearch());
  useEffect(() => {
    document.title = say('page.title', { title: say('signIn.title') });
  }, []);
  const signIn = async (given: Readonly<Record<string, string>>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const session = await post<Session>('/v1/session', given);
      keepCsrf(session.csrf);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      queries.setQueryData(['session'], session);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in">
      <h1>{say('app.name')}</h1>
      <p className="lead">{say('signIn.lead')}</p>
      {refused === undefined || error !== null ? null : (
        <p className="notice bad" role="alert">
          {refused}
        </p>
      )}
      {error === null ? null : <Trouble error={error} />}
      <ByOrganisation />
      <Tabs className="tabs">
        <TabList aria-label={say('signIn.ways')}>
          <Tab id="token">{say('signIn.byToken')}</Tab>
          <Tab id="password">{say('signIn.byPassword')}</Tab>
        </TabList>
        <TabPanel id="token">
          <ByToken busy={busy} signIn={signIn} />
        </TabPanel>
        <TabPanel id="password">
          <ByPassword busy={busy} signIn={signIn} />
        </TabPanel>
      </Tabs>
      <p className="note">{say('signIn.note')}</p>
    </main>
  );
}

type WayProps = {
  readonly busy: boolean;
  readonly signIn: (given: Readonly<Record<string, string>>) => Promise<void>;
};

function onSubmit(act: () => void): (event: FormEvent) => void {
  return (event) => {
    event.preventDefault();
    act();
  };
}

function ByToken({ busy, signIn }: WayProps) {
  const [token, setToken] = useState('');
  return (
    <form onSubmit={onSubmit(() => void signIn({ token: token.trim() }))}>
      <LineField
        label={say('signIn.token')}
        help={say('signIn.token.help')}
        type="password"
        autoComplete="off"
        value={token}
        onChange={setToken}
        isRequired
      />
      <Button type="submit" look="main" isDisabled={busy}>
        {say('signIn.do')}
      </Button>
    </form>
  );
}

function ByPassword({ busy, signIn }: WayProps) {
  const [operator, setOperator] = useState('');
  const [password, setPassword] = useState('');
  return (
    <form onSubmit={onSubmit(() => void signIn({ operator: operator.trim(), password }))}>
      <LineField
        label={say('signIn.name')}
        autoComplete="username"
        value={operator}
        onChange={setOperator}
        isRequired
      />
      <LineField
        label={say('signIn.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        isRequired
      />
      <Button type="submit" look="main" isDisabled={busy}>
        {say('signIn.do')}
      </Button>
    </form>
  );
}
