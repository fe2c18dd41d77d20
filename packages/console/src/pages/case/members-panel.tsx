import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CASE_ACCOUNTS_AT_ONCE, caseAccountsQuery } from '../../api/queries.ts';
import type { CaseAccount, ShownCase } from '../../api/shapes.ts';
import { StandingBadge } from '../../parts/badges.tsx';
import { type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { LineField } from '../../parts/fields.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';
import { SeverForm } from './sever-form.tsx';

const COLUMNS: readonly DataColumn<CaseAccount>[] = [
  { id: 'account', title: say('account.id'), cell: (row) => row.account },
  {
    id: 'standing',
    title: say('account.standing'),
    width: 90,
    cell: (row) => <StandingBadge standing={row.standing} />,
  },
  {
    id: 'exchanges',
    title: say('account.exchanges'),
    width: 100,
    align: 'end',
    cell: (row) => spellCount(row.exchanges),
  },
  {
    id: 'tokens',
    title: say('account.tokens'),
    width: 90,
    align: 'end',
    cell: (row) => spellCount(row.tokens),
  },
  {
    id: 'refusals',
    title: say('account.refusals'),
    width: 85,
    align: 'end',
    cell: (row) => spellCount(row.refusals),
  },
  {
    id: 'last',
    title: say('account.last'),
    width: 175,
    cell: (row) => (row.lastMs === null ? say('state.none') : <Moment at={row.lastMs} />),
  },
];

const ID_OF = ({ account }: CaseAccount): string => account;
const LINK_OF = ({ account }: CaseAccount): string => `/accounts/${account}`;

/** All accounts of the case, a page of the server's at a time, in order of their names: a campaign of 25,000 can be walked, and entered anywhere. */
export function MembersPanel({ shown }: { readonly shown: ShownCase }) {
  const [start, setStart] = useState('');
  const [before, setBefore] = useState<readonly string[]>([]);
  const settled = useSettled(start.trim());
  const query = useQuery(caseAccountsQuery(shown.case, before.at(-1) ?? settled));
  const title = say('members.title', { count: shown.accountsTotal });
  return (
    <Panel id="accounts" title={title}>
      <Loaded query={query}>
        {({ accounts, total, next }) => (
          <>
            {total > CASE_ACCOUNTS_AT_ONCE ? (
              <LineField
                label={say('members.start')}
                value={start}
                onChange={(text) => {
                  setStart(text);
                  setBefore([]);
                }}
              />
            ) : null}
            <DataTable
              label={title}
              rows={accounts}
              columns={COLUMNS}
              idOf={ID_OF}
              linkOf={LINK_OF}
              empty={say('members.none')}
              linesMax={12}
            />
            <SeverForm shown={shown} />
            {total > CASE_ACCOUNTS_AT_ONCE ? (
              <Pager
                words={say('list.shown', { shown: accounts.length, total })}
                onBack={before.length === 0 ? undefined : () => setBefore(before.slice(0, -1))}
                onNext={next === null ? undefined : () => setBefore([...before, next])}
              />
            ) : null}
          </>
        )}
      </Loaded>
    </Panel>
  );
}
