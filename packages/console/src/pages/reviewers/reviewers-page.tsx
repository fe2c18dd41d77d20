import { useQuery } from '@tanstack/react-query';
import { operatorsQuery } from '../../api/queries.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';
import { OversightPanel } from './oversight-panel.tsx';

export function ReviewersPage() {
  const query = useQuery(operatorsQuery);
  return (
    <Page title={say('reviewers.title')} lead={say('reviewers.lead')}>
      <OversightPanel />
      <Panel title={say('reviewers.people')}>
        <Loaded query={query}>
          {({ operators }) => (
            <table className="plain-table">
              <caption className="unseen">{say('reviewers.people')}</caption>
              <thead>
                <tr>
                  <th scope="col">{say('reviewers.operator')}</th>
                  <th scope="col">{say('reviewers.role')}</th>
                  <th scope="col">{say('reviewers.added')}</th>
                </tr>
              </thead>
              <tbody>
                {operators.map((each) => (
                  <tr key={each.addedIndex}>
                    <th scope="row">{each.operator}</th>
                    <td>{say(`role.${each.role}`)}</td>
                    <td>
                      <Link
                        to={`/ledger/${each.addedIndex}`}
                        label={say('record.entry.label', { index: each.addedIndex })}
                      >
                        {say('evidence.entry', { index: each.addedIndex })}
                      </Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
