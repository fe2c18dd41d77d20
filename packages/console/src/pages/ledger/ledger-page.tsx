import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { entriesQuery, ledgerQuery } from '../../api/queries.ts';
import type { ListedEntry } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { LineField } from '../../parts/fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';
import { LedgerPanel } from '../overview/ledger-panel.tsx';
import { aboutEntry } from './about-entry.ts';

const COLUMNS: readonly DataColumn<ListedEntry>[] = [
  { id: 'index', title: say('entry.index'), width: 100, align: 'end', cell: (row) => spellCount(row.index) },
  { id: 'time', title: say('entry.time'), width: 180, cell: (row) => <Moment at={row.time} /> },
  {
    id: 'type',
    title: say('entry.type'),
    width: 190,
    cell: (row) => <span className="mono">{row.type}</span>,
  },
  { id: 'about', title: say('entry.about'), cell: (row) => aboutEntry(row) },
];

const ID_OF = ({ index }: ListedEntry): string => String(index);
const LINK_OF = ({ index }: ListedEntry): string => `/ledger/${index}`;

export function LedgerPage() {
  const [before, setBefore] = useState<readonly number[]>([]);
  const query = useQuery(entriesQuery(before.at(-1) ?? null));
  const ledger = useQuery(ledgerQuery);
  return (
    <Page title={say('ledger.title')} lead={say('ledger.lead')} aside={<Find />}>
      <Loaded query={ledger}>{(data) => <LedgerPanel ledger={data} hasEntries />}</Loaded>
      <Loaded query={query}>
        {({ entries, size, next }) => (
          <>
            <DataTable
              label={say('ledger.title')}
              rows={entries}
              columns={COLUMNS}
              idOf={ID_OF}
              linkOf={LINK_OF}
              empty={say('ledger.none')}
              linesMax={18}
            />
            <Pager
              words={say('list.shown', { shown: entries.length, total: size })}
              onBack={before.length === 0 ? undefined : () => setBefore(before.slice(0, -1))}
              onNext={next === null ? undefined : () => setBefore([...before, next])}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Find() {
  const [index, setIndex] = useState('');
  const [, navigate] = useLocation();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (/^\d+$/.test(index.trim())) navigate(`/ledger/${index.trim()}`);
  };
  return (
    <form className="find" onSubmit={submit}>
      <LineField label={say('ledger.find')} inputMode="numeric" value={index} onChange={setIndex} />
      <Button type="submit">{say('ledger.find.do')}</Button>
    </form>
  );
}
