import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { caseQuery, casesQuery } from '../../api/queries.ts';
import type { ShownCase } from '../../api/shapes.ts';
import { goTo } from '../../parts/go-to.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { useShortcut } from '../../parts/shortcuts.ts';
import { CaseLead } from './case-lead.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { FindingPanel } from './finding-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { MembersPanel } from './members-panel.tsx';
import { RecordPanel } from './record-panel.tsx';
import { SimilarPanel } from './similar-panel.tsx';
import { StepsPanel } from './steps-panel.tsx';
import { TemplatesPanel } from './templates-panel.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { type Evidence, useEvidence } from './use-evidence.ts';

/** One case: what was found, what shows it, what speaks against it, and what the person here does next. */
export function CasePage({ id }: { readonly id: string }) {
  const query = useQuery(caseQuery(id));
  return (
    <Loaded query={query} title={id}>
      {(shown) => <Case shown={shown} />}
    </Loaded>
  );
}

function Case({ shown }: { readonly shown: ShownCase }) {
  const evidence = useEvidence(shown);
  useCaseKeys(shown, evidence);
  return (
    <Page title={shown.case} lead={<CaseLead shown={shown} />}>
      <div className="case">
        <div className="case-main">
          <FindingPanel shown={shown} />
          <TemplatesPanel shown={shown} evidence={evidence} />
          <EvidencePanel shown={shown} evidence={evidence} />
          <LinksPanel id={shown.case} />
          <TimelinePanel id={shown.case} />
          <MembersPanel shown={shown} />
          <SimilarPanel id={shown.case} />
          <RecordPanel shown={shown} />
        </div>
        <div className="case-rail">
          <StepsPanel shown={shown} evidence={evidence} />
        </div>
      </div>
    </Page>
  );
}

function useCaseKeys(shown: ShownCase, evidence: Evidence): void {
  const { data } = useQuery(casesQuery);
  const [, navigate] = useLocation();
  useShortcut('reveal', () => void evidence.revealAll());
  useShortcut('view', () => goTo('view'));
  useShortcut('decide', () => goTo('decide'));
  useShortcut('nextCase', () => {
    const waiting = (data?.cases ?? []).filter((each) => each.state !== 'decided');
    const at = waiting.findIndex((each) => each.case === shown.case);
    const next = waiting[(at + 1) % waiting.length];
    if (next !== undefined) navigate(`/cases/${next.case}`);
  });
}
