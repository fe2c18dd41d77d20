import { useQuery } from '@tanstack/react-query';
import { ledgerQuery, policiesQuery } from '../../api/queries.ts';
import type { Policy } from '../../api/shapes.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

export function PolicyPage() {
  const policies = useQuery(policiesQuery);
  const ledger = useQuery(ledgerQuery);
  return (
    <Page title={say('policy.title')} lead={say('policy.lead')}>
      <Loaded query={ledger}>
        {({ vkeys, tlogPolicy }) => (
          <Panel title={say('policy.keys')} note={say('policy.keys.note')}>
            <ul className="keys-list">
              {vkeys.map((vkey) => (
                <li key={vkey}>
                  <details>
                    <summary className="mono">{vkey.split('+', 2).join('+')}</summary>
                    <code className="hash">{vkey}</code>
                  </details>
                </li>
              ))}
            </ul>
            <details>
              <summary>{say('policy.tlog')}</summary>
              <pre className="content-text" tabIndex={0}>
                {tlogPolicy}
              </pre>
            </details>
          </Panel>
        )}
      </Loaded>
      <Loaded query={policies}>
        {({ policies: loaded }) => (
          <>
            {loaded.map((policy, i) => (
              <PolicyPanel key={policy.index} policy={policy} rules={i === 0} />
            ))}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function PolicyPanel({ policy, rules }: { readonly policy: Policy; readonly rules: boolean }) {
  return (
    <Panel
      title={say(rules ? 'policy.now' : 'policy.before')}
      aside={
        <span className="panel-aside">
          <Moment at={policy.time} />
          <Link to={`/ledger/${policy.index}`} label={say('record.entry.label', { index: policy.index })}>
            {say('evidence.entry', { index: policy.index })}
          </Link>
        </span>
      }
    >
      <table className="plain-table">
        <caption className="unseen">{say('policy.settings')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('policy.setting')}</th>
            <th scope="col">{say('policy.value')}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(policy.settings).map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className="mono">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
