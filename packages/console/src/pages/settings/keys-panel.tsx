import { Button } from '../../parts/button.tsx';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { Panel } from '../../parts/panel.tsx';
import { setPreferences, usePreferences } from '../../parts/preferences.ts';
import { keyOf, SHORTCUTS, type Shortcut, shortcutWord } from '../../parts/shortcuts.ts';
import { say } from '../../words/say.ts';

/** Each key can be changed, taken away, or all turned off: single keys are in the way of who speaks to their browser. */
export function KeysPanel() {
  const preferences = usePreferences();
  const set = (shortcut: Shortcut, key: string): void =>
    setPreferences({ keys: { ...preferences.keys, [shortcut]: key.slice(-1) } });
  return (
    <Panel
      title={say('shortcut.title')}
      note={say('shortcut.change')}
      aside={
        <ToggleButton
          className="button"
          isSelected={preferences.shortcutsOn}
          onChange={(shortcutsOn) => setPreferences({ shortcutsOn })}
        >
          {say('shortcut.on')}
        </ToggleButton>
      }
    >
      <div className="key-fields">
        {(Object.keys(SHORTCUTS) as Shortcut[]).map((shortcut) => (
          <TextField
            key={shortcut}
            className="field key-field"
            value={keyOf(preferences, shortcut)}
            onChange={(key) => set(shortcut, key)}
            isDisabled={!preferences.shortcutsOn}
          >
            <Label>{say(shortcutWord(shortcut))}</Label>
            <Input className="input key" />
          </TextField>
        ))}
      </div>
      <Button onPress={() => setPreferences({ keys: {} })}>{say('shortcut.reset')}</Button>
    </Panel>
  );
}
