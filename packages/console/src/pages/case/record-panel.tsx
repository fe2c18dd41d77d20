import type { ReactNode } from 'react';
import type { ShownCase } from '../../api/shapes.ts';
import { Link } from '../../parts/link.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, sayName } from '../../words/say.ts';

type Event = {
  readonly index: number;
  readonly timeMs: number;
  readonly text: string;
  readonly words?: string | null;
  readonly rest?: ReactNode;
};

/** What people did with the case, in the ledger's order, each with the entry that says so. */
export function RecordPanel({ shown }: { readonly shown: ShownCase }) {
  return (
    <Panel title={say('record.title')} note={say('record.note')}>
      <ol className="record">
        {eventsOf(shown).map((event) => (
          <li key={event.index}>
            <Moment at={event.timeMs} />
            <Link to={`/ledger/${event.index}`} label={say('record.entry.label', { index: event.index })}>
              {say('evidence.entry', { index: event.index })}
            </Link>
            <div>
              <p>{event.text}</p>
              {event.words === null ? <p className="note">{say('record.hidden')}</p> : null}
              {event.words ? <blockquote>{event.words}</blockquote> : null}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function eventsOf(shown: ShownCase): Event[] {
  const events: Event[] = [
    {
      index: shown.openedIndex,
      timeMs: shown.openedMs,
      text: say('record.opened', { count: shown.accountsTotal }),
    },
    ...shown.evidenceOpened.map(({ index, timeMs, by, items }) => ({
      index,
      timeMs,
      text: say('record.viewed', { by, count: items.length }),
    })),
    ...shown.views.map(({ index, timeMs, by, view, reasons }) => ({
      index,
      timeMs,
      text: say(view === null ? 'record.committed.hidden' : 'record.committed', {
        by,
        view: view === null ? '' : say(`view.${view}`),
      }),
      words: reasons,
    })),
    ...shown.decisions.map(({ index, timeMs, by, step, measure, accountsTotal, reasons }) => ({
      index,
      timeMs,
      text: say('record.decided', {
        by,
        step: sayName('step', step),
        measure: sayName('measure', measure),
        count: accountsTotal,
      }),
      words: reasons,
    })),
    ...shown.severed.map(({ index, timeMs, account, by, reasons }) => ({
      index,
      timeMs,
      text: say('record.severed', { account, by }),
      words: reasons,
    })),
    ...shown.appeals.map(({ index, timeMs, account, by }) => ({
      index,
      timeMs,
      text: say('record.appealed', { account, by }),
    })),
    ...shown.exports.map(({ index, timeMs }) => ({ index, timeMs, text: say('record.exported') })),
  ];
  return events.toSorted((a, b) => a.index - b.index);
}
