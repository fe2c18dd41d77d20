import { lazy, Suspense } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import type { Traffic } from '../../api/shapes.ts';
import { perHour } from '../../charts/dense-slots.ts';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCompact, spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

const TrafficChart = lazy(() =>
  import('../../charts/traffic-chart.tsx').then((m) => ({ default: m.TrafficChart })),
);

export function TrafficPanel({ traffic, hours }: { readonly traffic: Traffic; readonly hours: number }) {
  const sum = (of: 'exchanges' | 'tokens' | 'refused') =>
    traffic.slots.reduce((total, slot) => total + slot[of], 0);
  return (
    <Panel title={say('overview.traffic', { count: hours })}>
      <ul className="figures">
        <li>
          <strong>{spellCompact(sum('exchanges'))}</strong> {say('overview.exchanges')}
        </li>
        <li>
          <strong>{spellCompact(sum('tokens'))}</strong> {say('overview.tokens')}
        </li>
        <li>
          <strong>{spellCompact(sum('refused'))}</strong> {say('overview.refused')}
        </li>
      </ul>
      <Suspense fallback={<div className="chart" />}>
        <TrafficChart traffic={traffic} hours={hours} />
      </Suspense>
      <Disclosure className="disclosure">
        <AriaButton slot="trigger" className="button quiet">
          {say('overview.table')}
        </AriaButton>
        <DisclosurePanel>
          <HourTable traffic={traffic} />
        </DisclosurePanel>
      </Disclosure>
    </Panel>
  );
}

function HourTable({ traffic }: { readonly traffic: Traffic }) {
  const hours = perHour(traffic.slots);
  return (
    <table className="plain-table">
      <caption className="unseen">{say('overview.table')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('overview.hour')}</th>
          <th scope="col">{say('overview.exchanges')}</th>
          <th scope="col">{say('overview.tokens')}</th>
          <th scope="col">{say('overview.refused')}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour.startMs}>
            <th scope="row">
              <Moment at={hour.startMs} />
            </th>
            <td>{spellCount(hour.exchanges)}</td>
            <td>{spellCount(hour.tokens)}</td>
            <td>{spellCount(hour.refused)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
