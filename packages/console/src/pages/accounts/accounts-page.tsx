import { STANDINGS } from '@portcullis/record';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { useLocation, useSearchParams } from 'wouter';
import { accountsQuery } from '../../api/queries.ts';
import type { AccountSummary } from '../../api/shapes.ts';
import { useSettled } from '../../parts/use-settled.ts';
import { StandingBadge } from '../../parts/badges.tsx';
import { type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Pager } from '../../parts/pager.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

const COLUMNS: readonly DataColumn<AccountSummary>[] = [
  { id: 'account', title: say('account.id'), cell: (row) => row.account },
  {
    id: 'standing',
    title: say('account.standing'),
    width: 110,
    cell: (row) => <StandingBadge standing={row.standing} />,
  },
  { id: 'case', title: say('account.case'), width: 110, cell: (row) => row.case ?? say('state.none') },
  {
    id: 'exchanges',
    title: say('account.exchanges'),
    width: 110,
    align: 'end',
    cell: (row) => spellCount(row.figures.exchanges),
  },
  {
    id: 'tokens',
    title: say('account.tokens'),
    width: 120,
    align: 'end',
    cell: (row) => spellCount(row.figures.tokens),
  },
  {
    id: 'hold',
    title: say('account.legalHold'),
    width: 100,
    cell: (row) => (row.legalHold ? say('state.yes') : say('state.none')),
  },
  { id: 'created', title: say('account.created'), width: 180, cell: (row) => <Moment at={row.createdAt} /> },
];

const ID_OF = ({ account }: AccountSummary): string => account;
const LINK_OF = ({ account }: AccountSummary): string => `/accounts/${account}`;

/** All accounts, a page of the server's at a time: the browser never holds a hundred thousand. */
export function AccountsPage() {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const [find, setFind] = useState('');
  const [before, setBefore] = useState<readonly string[]>([]);
  const standing = search.get('standing') ?? '';
  const query = useQuery(accountsQuery(useSettled(find.trim()), standing, before.at(-1) ?? null));
  return (
    <Page title={say('accounts.title')}>
      <div className="filters">
        <SearchField
          className="field search"
          value={find}
          onChange={(text) => {
            setFind(text);
            setBefore([]);
          }}
        >
          <Label>{say('accounts.find')}</Label>
          <Input className="input" />
        </SearchField>
        <StandingFilter
          standing={standing}
          onChange={(chosen) => {
            setBefore([]);
            navigate(chosen === undefined ? '/accounts' : `/accounts?standing=${chosen}`);
          }}
        />
      </div>
      <Loaded query={query}>
        {({ accounts, total, next }) => (
          <>
            <DataTable
              label={say('accounts.title')}
              rows={accounts}
              columns={COLUMNS}
              idOf={ID_OF}
              linkOf={LINK_OF}
              empty={say('accounts.none')}
            />
            <Pager
              words={say('list.shown', { shown: accounts.length, total })}
              onBack={before.length === 0 ? undefined : () => setBefore(before.slice(0, -1))}
              onNext={next === null ? undefined : () => setBefore([...before, next])}
            />
          </>
        )}
      </Loaded>
    </Page>
  );
}

type FilterProps = { readonly standing: string; readonly onChange: (standing: string | undefined) => void };

function StandingFilter({ standing, onChange }: FilterProps) {
  return (
    <ToggleButtonGroup
      aria-label={say('accounts.standing')}
      className="toggles"
      selectionMode="single"
      selectedKeys={standing === '' ? [] : [standing]}
      onSelectionChange={(keys) => onChange([...keys].map(String)[0])}
    >
      {STANDINGS.map((each) => (
        <ToggleButton key={each} id={each} className="button">
          {say(`standing.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
