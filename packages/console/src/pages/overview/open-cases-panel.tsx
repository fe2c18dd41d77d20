import type { CaseRow } from '../../api/shapes.ts';
import { StateBadge } from '../../parts/badges.tsx';
import { Link } from '../../parts/link.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

const SHOWN_MAX = 6;

export function OpenCasesPanel({ cases }: { readonly cases: readonly CaseRow[] }) {
  const open = cases.filter((each) => each.state !== 'decided');
  const now = Date.now();
  return (
    <Panel
      title={say('overview.cases', { count: open.length })}
      aside={<Link to="/cases">{say('overview.cases.all')}</Link>}
    >
      {open.length === 0 ? <p className="empty">{say('overview.cases.none')}</p> : null}
      <ul className="lines">
        {open.slice(0, SHOWN_MAX).map((each) => (
          <li key={each.case}>
            <Link to={`/cases/${each.case}`}>{each.case}</Link>
            <StateBadge state={each.state} />
            <span>{say('case.accounts', { count: each.accountsTotal })}</span>
            <Moment at={each.openedMs} now={now} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
