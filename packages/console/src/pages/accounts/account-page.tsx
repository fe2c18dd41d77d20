import { useQuery } from '@tanstack/react-query';
import { accountCasesQuery, accountQuery } from '../../api/queries.ts';
import type { ShownAccount } from '../../api/shapes.ts';
import { StandingBadge, StateBadge } from '../../parts/badges.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCount } from '../../words/format.ts';
import { say, sayName } from '../../words/say.ts';

export function AccountPage({ id }: { readonly id: string }) {
  const query = useQuery(accountQuery(id));
  return (
    <Page title={id}>
      <Loaded query={query}>
        {(account) => (
          <div className="grid">
            <FiguresPanel account={account} />
            <CasesPanel id={id} />
            <StandingsPanel account={account} />
            <KeysPanel account={account} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

type Props = { readonly account: ShownAccount };

function FiguresPanel({ account }: Props) {
  const { figures, limits } = account;
  const seen = (ms: number | null) => (ms === null ? say('state.none') : <Moment at={ms} />);
  const limited = Object.entries(limits).map(
    ([name, limit]) => `${sayName('limit', name)}: ${spellCount(limit)}`,
  );
  return (
    <Panel title={say('account.figures')} aside={<StandingBadge standing={account.standing} />}>
      <Facts
        of={[
          [say('account.created'), <Moment at={account.createdAt} />],
          [say('account.exchanges'), spellCount(figures.exchanges)],
          [say('account.tokens'), spellCount(figures.tokens)],
          [say('account.tokensToday'), spellCount(account.tokensToday)],
          [say('account.refusals'), spellCount(figures.refusals)],
          [say('account.first'), seen(figures.firstMs)],
          [say('account.last'), seen(figures.lastMs)],
          [say('account.limits'), limited.length === 0 ? say('account.limits.none') : limited.join('; ')],
          [say('account.legalHold'), say(account.legalHold ? 'state.yes' : 'state.no')],
        ]}
      />
    </Panel>
  );
}

function CasesPanel({ id }: { readonly id: string }) {
  const query = useQuery(accountCasesQuery(id));
  return (
    <Panel title={say('account.cases')}>
      <Loaded query={query}>
        {({ cases }) =>
          cases.length === 0 ? (
            <p className="empty">{say('account.cases.none')}</p>
          ) : (
            <ul className="lines">
              {cases.map((each) => (
                <li key={each.case}>
                  <Link to={`/cases/${each.case}`}>{each.case}</Link>
                  <StateBadge state={each.state} />
                  <span>{say('case.accounts', { count: each.accountsTotal })}</span>
                  <Moment at={each.openedMs} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function StandingsPanel({ account }: Props) {
  return (
    <Panel title={say('account.standings')}>
      {account.standings.length === 0 ? <p className="empty">{say('account.standings.none')}</p> : null}
      <ol className="record">
        {account.standings.map((each) => (
          <li key={each.index}>
            <Moment at={each.timeMs} />
            <Link to={`/ledger/${each.index}`} label={say('record.entry.label', { index: each.index })}>
              {say('evidence.entry', { index: each.index })}
            </Link>
            <div>
              <p>
                <StandingBadge standing={each.standing} /> {say('account.standings.by', { by: each.by })}
              </p>
              <p className="note">{each.reason}</p>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function KeysPanel({ account }: Props) {
  return (
    <Panel title={say('account.keys')}>
      {account.keys.length === 0 ? <p className="empty">{say('account.keys.none')}</p> : null}
      <ul className="lines">
        {account.keys.map((key) => (
          <li key={key.key}>
            <span className="mono">{key.key}</span>
            <span className={`badge ${key.revoked ? 'bad' : 'good'}`}>
              {say(key.revoked ? 'key.revoked' : 'key.works')}
            </span>
            <Moment at={key.issuedAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
