import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

/** What is told to the public is written and released on the command line; this page says how, as the admin API has no route for it. */
export function ReportsPage() {
  return (
    <Page title={say('reports.title')}>
      <Panel title={say('reports.how')}>
        <p>{say('reports.text')}</p>
      </Panel>
    </Page>
  );
}
