import { useQuery } from '@tanstack/react-query';
import { deadlinesQuery } from '../../api/queries.ts';
import type { Deadline } from '../../api/shapes.ts';
import { type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

const COLUMNS: readonly DataColumn<Deadline>[] = [
  { id: 'of', title: say('deadlines.of'), width: 215, cell: (row) => row.of },
  {
    id: 'state',
    title: say('incidents.state'),
    width: 90,
    cell: (row) => (
      <span className={`badge ${row.isLate ? 'bad' : 'good'}`}>
        {say(row.isLate ? 'deadlines.late' : 'deadlines.runs')}
      </span>
    ),
  },
  { id: 'due', title: say('deadlines.when'), width: 180, cell: (row) => <Moment at={row.dueMs} /> },
  { id: 'what', title: say('deadlines.what'), cell: (row) => row.what },
];
const ID_OF = ({ of, deadline }: Deadline): string => `${of} ${deadline}`;
/** What an account sent has no page of its own: it stands on that of its case. */
const LINK_OF = (row: Deadline): string =>
  row.of.startsWith('incident-') ? `/incidents/${row.of}` : `/cases/${row.case ?? row.of}`;

/** All deadlines, the earliest first as the server has them, so that what is late stands at the top. */
export function DueTable() {
  const query = useQuery(deadlinesQuery);
  return (
    <Panel title={say('deadlines.title')}>
      <Loaded query={query}>
        {({ deadlines }) => (
          <DataTable
            label={say('deadlines.title')}
            rows={deadlines}
            columns={COLUMNS}
            idOf={ID_OF}
            linkOf={LINK_OF}
            empty={say('deadlines.none')}
          />
        )}
      </Loaded>
    </Panel>
  );
}
