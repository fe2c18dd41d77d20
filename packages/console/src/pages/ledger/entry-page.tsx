import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { entryQuery, ledgerQuery } from '../../api/queries.ts';
import type { ProvenEntry } from '../../api/shapes.ts';
import { Facts } from '../../parts/facts.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pager } from '../../parts/pager.tsx';
import { useLocation } from 'wouter';
import { type Verified, verifyEntry } from '../../proofs/verify-entry.ts';
import { say } from '../../words/say.ts';

export function EntryPage({ index }: { readonly index: string }) {
  const entry = useQuery(entryQuery(index));
  const ledger = useQuery(ledgerQuery);
  return (
    <Page title={say('entry.title', { index })}>
      <Loaded query={ledger}>
        {({ vkeys, publishedSize }) => (
          <Loaded query={entry}>
            {(data) => (
              <>
                <ProofPanel entry={data} vkeys={vkeys} />
                <EntryPanel entry={data} />
                <Neighbours index={data.index} size={publishedSize} />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

type Judged = { readonly verified: Verified } | { readonly error: unknown } | undefined;

function ProofPanel({ entry, vkeys }: { readonly entry: ProvenEntry; readonly vkeys: readonly string[] }) {
  const [judged, setJudged] = useState<Judged>(undefined);
  useEffect(() => {
    let isGone = false;
    verifyEntry(entry, vkeys).then(
      (verified) => isGone || setJudged({ verified }),
      (error: unknown) => isGone || setJudged({ error }),
    );
    return () => {
      isGone = true;
    };
  }, [entry, vkeys]);
  return (
    <Panel title={say('proof.title')} note={say('proof.note')}>
      <Verdict judged={judged} />
      <details>
        <summary>{say('proof.text')}</summary>
        <pre className="content-text" tabIndex={0}>
          {entry.proof}
        </pre>
      </details>
    </Panel>
  );
}

function Verdict({ judged }: { readonly judged: Judged }) {
  if (judged === undefined) return <p role="status">{say('proof.checking')}</p>;
  if ('error' in judged) {
    const isUnknown = judged.error instanceof Error && judged.error.name === 'CanNotVerify';
    const reason = judged.error instanceof Error ? judged.error.message : '';
    return (
      <p className={`notice ${isUnknown ? 'soft' : 'bad'}`} role="alert">
        {say(isUnknown ? 'proof.unknown' : 'proof.bad')} {isUnknown ? null : reason}
      </p>
    );
  }
  const { size, keys } = judged.verified;
  return (
    <p className="notice good" role="status">
      {say('proof.good', { size, keys: keys.join(', ') })}
    </p>
  );
}

function EntryPanel({ entry }: { readonly entry: ProvenEntry }) {
  return (
    <Panel title={say('entry.content')}>
      <Facts
        of={[
          [say('entry.type'), <span className="mono">{entry.type}</span>],
          [say('entry.time'), <Moment at={entry.time} />],
          [say('entry.hash'), <span className="mono hash">{entry.leafHash}</span>],
        ]}
      />
      {entry.entry === undefined ? (
        <p className="notice soft">{say('entry.withheld.why')}</p>
      ) : (
        <pre className="content-text" tabIndex={0}>
          {JSON.stringify(entry.entry, null, 2)}
        </pre>
      )}
    </Panel>
  );
}

function Neighbours({ index, size }: { readonly index: number; readonly size: number }) {
  const [, navigate] = useLocation();
  return (
    <Pager
      words={say('entry.of', { index, size })}
      onBack={index === 0 ? undefined : () => navigate(`/ledger/${index - 1}`)}
      onNext={index + 1 >= size ? undefined : () => navigate(`/ledger/${index + 1}`)}
    />
  );
}
