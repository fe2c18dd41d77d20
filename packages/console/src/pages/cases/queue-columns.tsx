import type { CaseRow } from '../../api/shapes.ts';
import { StateBadge } from '../../parts/badges.tsx';
import type { DataColumn } from '../../parts/data-table.tsx';
import { Moment } from '../../parts/moment.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

export function Due({ row: { dueMs, isMissed, state } }: { readonly row: CaseRow }) {
  if (state === 'decided' || dueMs === null) return <>{say('state.none')}</>;
  return (
    <span className={isMissed ? 'badge bad' : ''}>
      {isMissed ? `${say('case.missed')} ` : null}
      <Moment at={dueMs} now={Date.now()} />
    </span>
  );
}

export const QUEUE_COLUMNS: readonly DataColumn<CaseRow>[] = [
  { id: 'case', title: say('case.id'), width: 120, cell: (row) => row.case },
  { id: 'state', title: say('case.state'), width: 190, cell: (row) => <StateBadge state={row.state} /> },
  {
    id: 'accounts',
    title: say('case.accountsTotal'),
    width: 110,
    align: 'end',
    cell: (row) => spellCount(row.accountsTotal),
  },
  { id: 'harm', title: say('case.harm'), width: 130, align: 'end', cell: (row) => spellCount(row.harm) },
  { id: 'due', title: say('case.due'), width: 150, cell: (row) => <Due row={row} /> },
  { id: 'lease', title: say('case.lease'), width: 130, cell: (row) => row.lease?.by ?? say('state.none') },
  { id: 'opened', title: say('case.opened'), cell: (row) => <Moment at={row.openedMs} /> },
];
