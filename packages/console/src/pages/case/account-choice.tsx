import { type ReactNode, useState } from 'react';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import type { ShownCase } from '../../api/shapes.ts';
import { ChoiceField } from '../../parts/fields.tsx';
import { say } from '../../words/say.ts';

type About = 'all' | 'some' | 'but';

/** Which accounts a decision is about: all, some, or all but some, so that an innocent one can be severed. */
export function useAccountChoice(
  shown: ShownCase,
  appellant: string | undefined,
): { readonly chosen: 'all' | readonly string[] | undefined; readonly field: ReactNode } {
  const [about, setAbout] = useState<About>(appellant === undefined ? 'all' : 'some');
  const [text, setText] = useState(appellant ?? '');
  const named = text.split(/[\s,;]+/).filter((each) => each !== '');
  const members = shown.accounts.map((each) => each.account);
  const isWhole = shown.accountsTotal === members.length;
  const unknown = isWhole ? named.filter((each) => !members.includes(each)) : [];
  const rest = members.filter((each) => !named.includes(each));
  const chosen = { all: 'all' as const, some: named, but: rest }[about];
  const isReady = about === 'all' || (named.length > 0 && unknown.length === 0 && chosen.length > 0);
  const choices: About[] = isWhole ? ['all', 'some', 'but'] : ['all', 'some'];
  const field = (
    <>
      <ChoiceField
        label={say('decide.accounts')}
        value={about}
        onChange={setAbout}
        choices={choices.map((each) => ({
          value: each,
          label: say(`decide.accounts.${each}`, { count: shown.accountsTotal }),
        }))}
      />
      {about === 'all' ? null : (
        <TextField className="field" value={text} onChange={setText} isInvalid={unknown.length > 0}>
          <Label>{say('decide.accounts.names')}</Label>
          <TextArea className="input mono" rows={3} />
          <Text slot="description">
            {unknown.length > 0
              ? say('decide.accounts.unknown', { names: unknown.slice(0, 3).join(', ') })
              : say('decide.accounts.count', { count: chosen.length })}
          </Text>
        </TextField>
      )}
    </>
  );
  return { chosen: isReady ? chosen : undefined, field };
}
