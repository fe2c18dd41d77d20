import { STANDINGS, type Standing } from '@portcullis/record';
import { StandingBadge } from '../../parts/badges.tsx';
import { Link } from '../../parts/link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

export function StandingPanel({ standings }: { readonly standings: Readonly<Record<Standing, number>> }) {
  return (
    <Panel title={say('overview.standing')}>
      <table className="plain-table">
        <caption className="unseen">{say('overview.standing')}</caption>
        <tbody>
          {STANDINGS.map((standing) => (
            <tr key={standing}>
              <th scope="row">
                <StandingBadge standing={standing} />
              </th>
              <td>
                <Link
                  to={`/accounts?standing=${standing}`}
                  label={say('overview.standing.list', {
                    count: standings[standing],
                    standing: say(`standing.${standing}`),
                  })}
                >
                  {spellCount(standings[standing])}
                </Link>
              </td>
              <td className="note">{say(`standing.${standing}.means`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
