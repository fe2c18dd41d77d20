import { useState } from 'react';
import { post } from '../../api/call.ts';
import { Button } from '../../parts/button.tsx';
import { LineField, ReasonsField, reasonsAreEnough } from '../../parts/fields.tsx';
import { goTo } from '../../parts/go-to.ts';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import type { DecidingProps } from './deciding-props.ts';
import { say, sayName } from '../../words/say.ts';

type Answer = 'confirm' | 'reject';

/** A proposal that waits: another person confirms or rejects it, who proposed can withdraw it. */
export function AnswerForm({ shown, draft: { reasons, setReasons } }: DecidingProps) {
  const { you } = useSession();
  const [immediate, setImmediate] = useState('');
  const proposal = shown.decisions.find((each) => each.decision === shown.pending);
  const change = useChange(
    async (answer: Answer) => {
      const atOnce = answer === 'confirm' && immediate.trim() !== '' ? { immediate } : {};
      await post(`/v1/cases/${shown.case}/decisions/${shown.pending}/${answer}`, { reasons, ...atOnce });
      return answer;
    },
    (answer) => say(answer === 'confirm' ? 'answer.confirmed' : 'answer.rejected'),
  );
  if (proposal === undefined) return null;
  const give = (answer: Answer) =>
    void change.run(answer).then((isDone) => {
      if (!isDone) return;
      setReasons('');
      goTo('decide');
    });
  const isOwn = proposal.by === you.operator;
  const isDisabled = change.busy || !reasonsAreEnough(reasons);
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <p>
        {say('answer.proposal', {
          by: proposal.by,
          measure: sayName('measure', proposal.measure),
          count: proposal.accountsTotal,
        })}
      </p>
      <blockquote>{proposal.reasons}</blockquote>
      <p className="note">{say(isOwn ? 'answer.own' : 'answer.note')}</p>
      <ReasonsField label={say('answer.reasons')} value={reasons} onChange={setReasons} />
      {isOwn || proposal.measure !== 'hold' ? null : (
        <LineField
          label={say('answer.immediate')}
          help={say('answer.immediate.help')}
          value={immediate}
          onChange={setImmediate}
        />
      )}
      {change.error === null ? null : <Trouble error={change.error} />}
      <div className="buttons">
        {isOwn ? null : (
          <Button look="grave" onPress={() => give('confirm')} isDisabled={isDisabled}>
            {say('answer.confirm')}
          </Button>
        )}
        <Button onPress={() => give('reject')} isDisabled={isDisabled}>
          {say(isOwn ? 'answer.withdraw' : 'answer.reject')}
        </Button>
      </div>
    </form>
  );
}
