import type { CaseAccount, ShownCase } from '../../api/shapes.ts';
import { StandingBadge } from '../../parts/badges.tsx';
import { Counted, type DataColumn, DataTable } from '../../parts/data-table.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';
import { SeverForm } from './sever-form.tsx';

const COLUMNS: readonly DataColumn<CaseAccount>[] = [
  { id: 'account', title: say('account.id'), cell: (row) => row.account },
  {
    id: 'standing',
    title: say('account.standing'),
    width: 110,
    cell: (row) => <StandingBadge standing={row.standing} />,
  },
  {
    id: 'exchanges',
    title: say('account.exchanges'),
    width: 110,
    align: 'end',
    cell: (row) => spellCount(row.exchanges),
  },
  {
    id: 'tokens',
    title: say('account.tokens'),
    width: 110,
    align: 'end',
    cell: (row) => spellCount(row.tokens),
  },
  {
    id: 'refusals',
    title: say('account.refusals'),
    width: 100,
    align: 'end',
    cell: (row) => spellCount(row.refusals),
  },
  {
    id: 'last',
    title: say('account.last'),
    width: 180,
    cell: (row) => (row.lastMs === null ? say('state.none') : <Moment at={row.lastMs} />),
  },
];

export function MembersPanel({ shown }: { readonly shown: ShownCase }) {
  return (
    <Panel id="accounts" title={say('members.title', { count: shown.accountsTotal })}>
      <DataTable
        label={say('members.title', { count: shown.accountsTotal })}
        rows={shown.accounts}
        columns={COLUMNS}
        idOf={(row) => row.account}
        linkOf={(row) => `/accounts/${row.account}`}
        empty={say('members.none')}
        linesMax={12}
      />
      <SeverForm shown={shown} />
      {shown.accountsTotal > shown.accounts.length ? (
        <Counted shown={shown.accounts.length} total={shown.accountsTotal} />
      ) : null}
    </Panel>
  );
}
