import { useQuery } from '@tanstack/react-query';
import { deadlinesQuery } from '../../api/queries.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

const SHOWN_MAX = 8;

/** What must be done by when, the earliest first: cases, appeals, acknowledgements and what rules ask for after an incident. */
export function DeadlinesPanel() {
  const query = useQuery(deadlinesQuery);
  const now = Date.now();
  return (
    <Panel title={say('deadlines.title')} aside={<Link to="/incidents">{say('deadlines.all')}</Link>}>
      <Loaded query={query}>
        {({ deadlines }) => (
          <>
            {deadlines.length === 0 ? <p className="empty">{say('deadlines.none')}</p> : null}
            <ul className="lines">
              {deadlines.slice(0, SHOWN_MAX).map((each) => (
                <li key={`${each.of} ${each.what} ${each.dueMs}`}>
                  <Moment at={each.dueMs} now={now} />
                  {each.isLate ? <span className="badge bad">{say('deadlines.late')}</span> : null}
                  <span>{each.what}</span>
                  {each.case === null ? (
                    <span>{each.of}</span>
                  ) : (
                    <Link to={`/cases/${each.case}`}>{each.case}</Link>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
