import { call } from '../../api/call.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useSession } from '../../parts/session.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

/** Who works on the case until when, so that two people do not unknowingly. */
export function LeaseLine({ shown }: { readonly shown: ShownCase }) {
  const { you } = useSession();
  const change = useChange(
    (method: 'POST' | 'DELETE') => call<{ step: string }>(method, `/v1/cases/${shown.case}/lease`),
    ({ step }) => say(step === 'released' ? 'lease.released' : 'lease.taken'),
  );
  const { lease } = shown;
  const isMine = lease?.by === you.operator;
  return (
    <div className="lease">
      <p>
        {lease === null ? say('lease.nobody') : say(isMine ? 'lease.mine' : 'lease.other', { by: lease.by })}{' '}
        {lease === null ? null : <Moment at={lease.untilMs} />}
      </p>
      {lease !== null && !isMine ? null : (
        <Button onPress={() => void change.run('POST')} isDisabled={change.busy}>
          {say(isMine ? 'lease.extend' : 'lease.take')}
        </Button>
      )}
      {isMine ? (
        <Button look="quiet" onPress={() => void change.run('DELETE')} isDisabled={change.busy}>
          {say('lease.release')}
        </Button>
      ) : null}
      {change.error === null ? null : <Trouble error={change.error} />}
    </div>
  );
}
