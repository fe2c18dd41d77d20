import type { Status } from '../../api/shapes.ts';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, sayName } from '../../words/say.ts';

export function FaultsPanel({ status }: { readonly status: Status }) {
  return (
    <Panel title={say('overview.faults')}>
      {status.outage === null ? null : <p className="notice bad">{status.outage.message}</p>}
      {status.faults.length === 0 ? <p className="empty">{say('overview.faults.none')}</p> : null}
      <ul className="lines tall">
        {status.faults.map((fault) => (
          <li key={fault.index}>
            <Moment at={fault.time} />
            <span className="badge">{sayName('fault', fault.kind)}</span>
            <span>{fault.detail}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
