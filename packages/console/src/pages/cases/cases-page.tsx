import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { casesQuery } from '../../api/queries.ts';
import type { CaseRow } from '../../api/shapes.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../parts/session.tsx';
import { say } from '../../words/say.ts';
import { QUEUE_COLUMNS } from './queue-columns.tsx';

const SHOWN = ['toDecide', 'mine', 'all'] as const;
type Shown = (typeof SHOWN)[number];

const ID_OF = (row: CaseRow): string => row.case;
const LINK_OF = (row: CaseRow): string => `/cases/${row.case}`;

/** The queue, in the server's order: what may have been taken, times how near the deadline is. */
export function CasesPage() {
  const query = useQuery(casesQuery);
  const [shown, setShown] = useState<Shown>('toDecide');
  const { you } = useSession();
  const fits: Readonly<Record<Shown, (row: CaseRow) => boolean>> = {
    toDecide: (row) => row.state !== 'decided',
    mine: (row) => row.lease?.by === you.operator,
    all: () => true,
  };
  return (
    <Page title={say('cases.title')} lead={say('cases.lead')}>
      <ToggleButtonGroup
        aria-label={say('cases.shown')}
        className="toggles"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[shown]}
        onSelectionChange={(keys) => setShown([...keys][0] as Shown)}
      >
        {SHOWN.map((each) => (
          <ToggleButton key={each} id={each} className="button">
            {say(`cases.shown.${each}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Loaded query={query}>
        {({ cases }) => (
          <DataTable
            label={say('cases.title')}
            rows={cases.filter(fits[shown])}
            columns={QUEUE_COLUMNS}
            idOf={ID_OF}
            linkOf={LINK_OF}
            empty={say('cases.none')}
          />
        )}
      </Loaded>
    </Page>
  );
}
