import { useCallback, useEffect, useMemo, useState } from 'react';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { say, sayName } from '../words/say.ts';
import { createAsk, type HeardCase } from './ask.ts';
import { OwnReceipts } from './own-receipts.tsx';
import { StatementPanel } from './statement-panel.tsx';
import { SubmitPanel } from './submit-panel.tsx';

/** One page for the holder of an account: what was decided and why, what was recorded about them, and how to answer. */
export function HearingPage({ token }: { readonly token: string }) {
  const ask = useMemo(() => createAsk(token), [token]);
  const [heard, setHeard] = useState<HeardCase | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    ask<HeardCase>('GET', 'case').then(setHeard, setError);
  }, [ask]);
  useEffect(load, [load]);
  useEffect(() => {
    document.title = say('page.title', { title: say('hearing.title') });
  }, []);
  return (
    <main className="hearing">
      <h1>{say('hearing.title')}</h1>
      {error === null ? null : <Trouble error={error} />}
      {heard === undefined ? (
        error === null && <p role="status">{say('state.loading')}</p>
      ) : (
        <>
          <StatementPanel heard={heard} />
          <SubmitPanel ask={ask} heard={heard} onSent={load} />
          <DeadlinesPanel heard={heard} />
          <OwnReceipts ask={ask} vkeys={heard.vkeys} />
          <p className="note">
            {heard.contact} {say('hearing.ends')} <Moment at={heard.linkExpiresMs} />.
          </p>
        </>
      )}
    </main>
  );
}

function DeadlinesPanel({ heard }: { readonly heard: HeardCase }) {
  return (
    <Panel title={say('hearing.sent')}>
      {heard.submissions.length + heard.appeals.length === 0 ? (
        <p className="empty">{say('hearing.sent.none')}</p>
      ) : null}
      <Facts
        of={[
          ...heard.submissions.map(
            (each) =>
              [
                `${sayName('submission', each.kind)} ${each.representation.slice(-4)}`,
                <span key={each.representation}>
                  {say('hearing.received')} <Moment at={each.receivedMs} />.{' '}
                  {say(each.acknowledgedMs === null ? 'hearing.acknowledgeBy' : 'hearing.acknowledged')}{' '}
                  <Moment at={each.acknowledgedMs ?? each.acknowledgeByMs} />.
                </span>,
              ] as const,
          ),
          ...heard.appeals.map(
            (each) =>
              [
                `${say('submission.appeal')} ${each.appeal.slice(-4)}`,
                <span key={each.appeal}>
                  {say('hearing.received')} <Moment at={each.madeMs} />.{' '}
                  {each.isDecided ? say('hearing.decided') : <DecideBy at={each.decideByMs} />}
                </span>,
              ] as const,
          ),
        ]}
      />
    </Panel>
  );
}

function DecideBy({ at }: { readonly at: number }) {
  return (
    <>
      {say('hearing.decideBy')} <Moment at={at} />.
    </>
  );
}
