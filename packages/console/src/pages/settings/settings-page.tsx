import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField } from '../../parts/fields.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { setPreferences, type Theme, usePreferences } from '../../parts/preferences.ts';
import { useSession } from '../../parts/session.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { say, sayName } from '../../words/say.ts';
import { KeysPanel } from './keys-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function SettingsPage() {
  const { theme } = usePreferences();
  return (
    <Page title={say('settings.title')}>
      <div className="grid">
        <SessionPanel />
        <PasswordPanel />
        <Panel title={say('settings.look')}>
          <ChoiceField
            label={say('settings.theme')}
            value={theme}
            onChange={(chosen) => setPreferences({ theme: chosen })}
            choices={THEMES.map((each) => ({ value: each, label: say(`theme.${each}`) }))}
          />
        </Panel>
        <KeysPanel />
      </div>
    </Page>
  );
}

function SessionPanel() {
  const { you, by, endsAt } = useSession();
  const queries = useQueryClient();
  const signOut = async (): Promise<void> => {
    await call('DELETE', '/v1/session').catch(() => undefined);
    queries.setQueryData(['session'], { you: null });
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  return (
    <Panel title={say('settings.session')}>
      <Facts
        of={[
          [say('signIn.name'), you.operator],
          [say('reviewers.role'), say(`role.${you.role}`)],
          [say('settings.by'), sayName('signedBy', by)],
          [say('settings.ends'), <Moment at={endsAt} />],
        ]}
      />
      <Button onPress={() => void signOut()}>{say('settings.signOut')}</Button>
    </Panel>
  );
}
