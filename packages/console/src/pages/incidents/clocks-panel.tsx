import type { Due, Incident } from '../../api/incident-shapes.ts';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, sayName } from '../../words/say.ts';

const LOOKS: Readonly<Record<Due['state'], string>> = {
  late: 'bad',
  runs: 'warn',
  waits: '',
  done: 'good',
  over: '',
};

/** Every clock that the incident started: those that are due stand before those that are not, the earliest at the top. */
export function ClocksPanel({ incident }: { readonly incident: Incident }) {
  const clocks = incident.due.toSorted((a, b) => (a.dueMs ?? Infinity) - (b.dueMs ?? Infinity) || 0);
  return (
    <Panel title={say('incident.clocks')} note={say('incident.clocks.note')}>
      <table className="plain-table">
        <caption className="unseen">{say('incident.clocks')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('incident.clock')}</th>
            <th scope="col">{say('incidents.state')}</th>
            <th scope="col">{say('deadlines.when')}</th>
            <th scope="col">{say('incident.what')}</th>
            <th scope="col">{say('incident.source')}</th>
          </tr>
        </thead>
        <tbody>
          {clocks.map((each) => (
            <tr key={each.clock}>
              <th scope="row">{each.clock}</th>
              <td>
                <span className={`badge ${LOOKS[each.state]}`}>{sayName('dueState', each.state)}</span>
              </td>
              <td>{each.dueMs === null ? say('state.none') : <Moment at={each.dueMs} />}</td>
              <td>{say('incident.to', { what: each.what, where: each.where })}</td>
              <td>{say('incident.asOf', { clause: each.clause, day: each.asOf })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
