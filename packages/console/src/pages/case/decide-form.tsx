import { type FormEvent, useState } from 'react';
import { post } from '../../api/call.ts';
import type { Decision, Measure } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField, LineField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { goTo } from '../../parts/go-to.ts';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import type { DecidingProps } from './deciding-props.ts';
import { say } from '../../words/say.ts';
import { useAccountChoice } from './account-choice.tsx';

const MEASURES: readonly Measure[] = ['dismiss', 'slow', 'plain', 'hold', 'closed', 'open'];

type Body = {
  readonly measure: Measure;
  readonly accounts?: 'all' | readonly string[];
  readonly reasons: string;
  readonly rule: string;
  readonly appeal?: string;
};

/** Decides; hold and closed are only a proposal until somebody else confirms. */
export function DecideForm({ shown, draft: { reasons, setReasons } }: DecidingProps) {
  const appeal = shown.appeals.find((each) => each.decision === null);
  const [measure, setMeasure] = useState<Measure | null>(null);
  const [rule, setRule] = useState(say('decide.rule.standard'));
  const accounts = useAccountChoice(shown, appeal?.account);
  const change = useChange(
    (body: Body) => post<Decision>(`/v1/cases/${shown.case}/decisions`, body),
    ({ step }) => say(step === 'proposed' ? 'decide.proposed' : 'decide.final'),
  );
  const ready =
    measure !== null && reasonsAreEnough(reasons) && rule.trim() !== '' && accounts.chosen !== undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (measure === null || accounts.chosen === undefined) return;
    const about = appeal === undefined ? {} : { appeal: appeal.appeal };
    const body = { measure, reasons, rule, accounts: accounts.chosen, ...about };
    void change.run(body).then((isDone) => {
      if (!isDone) return;
      setReasons('');
      goTo('decide');
    });
  };
  const isSevere = measure === 'hold' || measure === 'closed';
  return (
    <form onSubmit={submit}>
      {appeal === undefined ? null : (
        <p className="notice soft">{say('decide.appeal', { account: appeal.account })}</p>
      )}
      <ChoiceField
        label={say('decide.measure')}
        value={measure}
        onChange={setMeasure}
        choices={MEASURES.map((each) => ({
          value: each,
          label: say(`measure.${each}`),
          help: say(`measure.${each}.means`),
        }))}
      />
      {accounts.field}
      <LineField label={say('decide.rule')} value={rule} onChange={setRule} isRequired />
      <ReasonsField
        label={say('decide.reasons')}
        help={say('decide.reasons.help')}
        value={reasons}
        onChange={setReasons}
      />
      {change.error === null ? null : <Trouble error={change.error} />}
      <Button type="submit" look={isSevere ? 'grave' : 'main'} isDisabled={change.busy || !ready}>
        {say(isSevere ? 'decide.propose' : 'decide.do')}
      </Button>
    </form>
  );
}
