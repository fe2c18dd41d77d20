import { type ReactNode, useState } from 'react';
import type { ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { goTo } from '../../parts/go-to.ts';
import { useSession } from '../../parts/session.tsx';
import { say } from '../../words/say.ts';
import { AfterPanel } from './after-panel.tsx';
import { AnswerForm } from './answer-form.tsx';
import { DecideForm } from './decide-form.tsx';
import { DecidedLine } from './decided-line.tsx';
import { LeaseLine } from './lease-line.tsx';
import { OwnView } from './own-view.tsx';
import { Score } from './score.tsx';
import { Representations } from './representations.tsx';
import { UndoForm } from './undo-form.tsx';
import type { Evidence } from './use-evidence.ts';

type Props = { readonly shown: ShownCase; readonly evidence: Evidence };

/** What a person does with a case, in the order in which it has to be done. */
export function StepsPanel({ shown, evidence }: Props) {
  const { you } = useSession();
  if (you.role === 'auditor')
    return (
      <section className="panel steps" aria-label={say('steps.title')}>
        <p className="note">{say('steps.auditor')}</p>
        <Score shown={shown} />
      </section>
    );
  const seen = shown.evidence.filter((each) => evidence.seen.has(each.item)).length;
  const hasView = shown.views.some((each) => each.by === you.operator);
  // The button is gone once something is seen: what was revealed has the focus instead.
  const revealAll = () => void evidence.revealAll().then((isDone) => isDone && goTo('templates'));
  return (
    <section className="panel steps" aria-label={say('steps.title')}>
      {shown.state === 'decided' ? null : <LeaseLine shown={shown} />}
      <Step number={1} title={say('steps.evidence')} done={seen > 0}>
        <p>{say('evidence.seen', { seen, total: shown.evidence.length })}</p>
        {seen > 0 ? null : (
          <Button look="main" onPress={revealAll} isDisabled={evidence.change.busy}>
            {say('evidence.revealAll', { count: shown.evidence.length })}
          </Button>
        )}
      </Step>
      <Step number={2} title={say('steps.view')} done={hasView} id="view">
        <OwnView shown={shown} canCommit={seen > 0} />
      </Step>
      <Step number={3} title={say('steps.score')} done={shown.scoreShown} id="score">
        <Score shown={shown} />
      </Step>
      <Step number={4} title={say('steps.decide')} done={shown.state === 'decided'} id="decide">
        <Deciding shown={shown} hasView={hasView} />
      </Step>
      <Representations shown={shown} />
      <UndoForm shown={shown} />
      {shown.state === 'decided' ? <AfterPanel shown={shown} /> : null}
    </section>
  );
}

function Deciding({ shown, hasView }: { readonly shown: ShownCase; readonly hasView: boolean }) {
  // Kept while others act: what a person has typed stays when the form becomes another.
  const [reasons, setReasons] = useState('');
  const draft = { reasons, setReasons };
  if (!hasView) return <p className="note">{say('decide.first')}</p>;
  if (shown.state === 'decided') return <DecidedLine shown={shown} />;
  if (shown.state === 'proposed') return <AnswerForm shown={shown} draft={draft} />;
  return <DecideForm shown={shown} draft={draft} />;
}

type StepProps = {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  readonly id?: string;
  readonly children: ReactNode;
};

function Step({ number, title, done, id, children }: StepProps) {
  return (
    <section className={`step ${done ? 'done' : ''}`} id={id} aria-label={title}>
      <h2 tabIndex={-1}>
        <span className="step-number" aria-hidden="true">
          {done ? '✓' : number}
        </span>
        {title}
        {done ? <span className="unseen">{say('steps.done')}</span> : null}
      </h2>
      {children}
    </section>
  );
}
