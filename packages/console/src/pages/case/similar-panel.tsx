import { useQuery } from '@tanstack/react-query';
import { similarQuery } from '../../api/queries.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, sayName } from '../../words/say.ts';

export function SimilarPanel({ id }: { readonly id: string }) {
  const query = useQuery(similarQuery(id));
  return (
    <Panel title={say('similar.title')}>
      <Loaded query={query}>
        {({ similar }) => (
          <>
            {similar.length === 0 ? <p className="empty">{say('similar.none')}</p> : null}
            <ul className="lines">
              {similar.map((each) => (
                <li key={each.case}>
                  <Link to={`/cases/${each.case}`}>{each.case}</Link>
                  <span>
                    {say('similar.line', {
                      likeness: Math.round(each.likeness * 100),
                      count: each.accountsTotal,
                    })}
                  </span>
                  {each.measure === null ? null : (
                    <span className="badge">{sayName('measure', each.measure)}</span>
                  )}
                  {each.decidedMs === null ? null : <Moment at={each.decidedMs} />}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
