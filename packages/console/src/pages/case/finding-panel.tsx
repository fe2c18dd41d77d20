import type { ShownCase } from '../../api/shapes.ts';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

/** What the detector saw, in sentences a person can check, and what speaks against it, with the same weight. */
export function FindingPanel({ shown }: { readonly shown: ShownCase }) {
  const finding = shown.newestFinding;
  if (finding === undefined) return null;
  return (
    <Panel
      title={say('finding.title')}
      note={say('finding.about', { name: finding.detector.name, version: finding.detector.version })}
    >
      <div className="columns">
        <div>
          <h3>{say('finding.signals')}</h3>
          <ol className="sentences">
            {finding.signals.map((signal) => (
              <li key={signal.sentence}>{signal.sentence}</li>
            ))}
          </ol>
        </div>
        <div>
          <h3>{say('finding.against')}</h3>
          {finding.against.length === 0 ? <p className="empty">{say('finding.against.none')}</p> : null}
          <ol className="sentences against">
            {finding.against.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ol>
          <h3>{say('finding.cleared')}</h3>
          <ol className="sentences">
            {finding.would_have_cleared.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ol>
        </div>
      </div>
    </Panel>
  );
}
