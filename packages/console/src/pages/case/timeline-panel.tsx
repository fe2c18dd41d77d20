import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { timelineQuery } from '../../api/queries.ts';
import type { Timeline } from '../../api/shapes.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

const TimelineChart = lazy(() =>
  import('../../charts/timeline-chart.tsx').then((m) => ({ default: m.TimelineChart })),
);

export function TimelinePanel({ id }: { readonly id: string }) {
  const query = useQuery(timelineQuery(id));
  return (
    <Panel title={say('timeline.title')}>
      <Loaded query={query}>
        {(timeline) =>
          timeline.buckets.length === 0 ? (
            <p className="empty">{say('timeline.none')}</p>
          ) : (
            <Shown timeline={timeline} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Shown({ timeline }: { readonly timeline: Timeline }) {
  return (
    <>
      <Suspense fallback={<div className="chart" />}>
        <TimelineChart timeline={timeline} />
      </Suspense>
      <details>
        <summary>{say('timeline.table')}</summary>
        <table className="plain-table">
          <caption className="unseen">{say('timeline.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('timeline.from')}</th>
              <th scope="col">{say('account.exchanges')}</th>
              <th scope="col">{say('case.accountsTotal')}</th>
              <th scope="col">{say('account.tokens')}</th>
            </tr>
          </thead>
          <tbody>
            {timeline.buckets.map((bucket) => (
              <tr key={bucket.fromMs}>
                <th scope="row">
                  <Moment at={bucket.fromMs} />
                </th>
                <td>{spellCount(bucket.exchanges)}</td>
                <td>{spellCount(bucket.accounts)}</td>
                <td>{spellCount(bucket.tokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
