import { useMemo, useState } from 'react';
import type { CaseAccount, ShownCase } from '../../api/shapes.ts';
import { StandingBadge } from '../../parts/badges.tsx';
import { type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Panel } from '../../parts/panel.tsx';
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
/** Of the thousand that the server lists: more at once would hold the page up. */
const ROWS = 100;

export function MembersPanel({ shown }: { readonly shown: ShownCase }) {
  const [from, setFrom] = useState(0);
  const rows = useMemo(() => shown.accounts.slice(from, from + ROWS), [shown.accounts, from]);
  return (
    <Panel id="accounts" title={say('members.title', { count: shown.accountsTotal })}>
      <DataTable
        label={say('members.title', { count: shown.accountsTotal })}
        rows={rows}
        columns={COLUMNS}
        idOf={ID_OF}
        linkOf={LINK_OF}
        empty={say('members.none')}
        linesMax={12}
      />
      <SeverForm shown={shown} />
      {shown.accounts.length > ROWS ? (
        <Pager
          words={say('members.shown', {
            from: from + 1,
            to: from + rows.length,
            listed: shown.accounts.length,
            total: shown.accountsTotal,
          })}
          onBack={from === 0 ? undefined : () => setFrom(from - ROWS)}
          onNext={from + ROWS >= shown.accounts.length ? undefined : () => setFrom(from + ROWS)}
        />
      ) : null}
    </Panel>
  );
}
