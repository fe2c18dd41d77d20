import type { ShownCase } from '../../api/shapes.ts';
import { StateBadge } from '../../parts/badges.tsx';
import { Moment } from '../../parts/moment.tsx';
import { say } from '../../words/say.ts';
import { Due } from '../cases/queue-columns.tsx';

export function CaseLead({ shown }: { readonly shown: ShownCase }) {
  return (
    <span className="case-lead">
      <StateBadge state={shown.state} />
      <span>{say('case.accounts', { count: shown.accountsTotal })}</span>
      <span>{say('case.exchanges', { count: shown.harm })}</span>
      <span>
        {say('case.opened')} <Moment at={shown.openedMs} />
      </span>
      {shown.dueMs === null ? null : (
        <span>
          {say('case.due')} <Due row={shown} />
        </span>
      )}
    </span>
  );
}
