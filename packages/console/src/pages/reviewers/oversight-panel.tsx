import { useQuery } from '@tanstack/react-query';
import { oversightQuery } from '../../api/queries.ts';
import type { Oversight, ReviewFigures } from '../../api/shapes.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../words/say.ts';

const seconds = (ms: number | null): string =>
  ms === null ? say('state.none') : say('oversight.seconds', { count: Math.round(ms / 1000) });
const percent = (share: number | null): string =>
  share === null ? say('state.none') : say('oversight.percent', { count: Math.round(share * 100) });

const COLUMNS: readonly (readonly [title: string, cell: (figures: ReviewFigures) => string | number])[] = [
  [say('oversight.views'), ({ views }) => views],
  [say('oversight.decisions'), ({ decisions }) => decisions],
  [say('oversight.toView'), ({ dwellToViewMs }) => seconds(dwellToViewMs)],
  [say('oversight.toDecision'), ({ dwellToDecisionMs }) => seconds(dwellToDecisionMs)],
  [say('oversight.detector'), ({ agreesWithDetector }) => percent(agreesWithDetector)],
  [say('oversight.others'), ({ agreesWithOthers }) => percent(agreesWithOthers)],
  [say('oversight.overturned'), ({ overturnedOnAppeal }) => percent(overturnedOnAppeal)],
];

/** Whether people look before they decide: time, agreement, what was overturned, and alarms where looking may have become stamping. */
export function OversightPanel() {
  const query = useQuery(oversightQuery);
  return (
    <Panel title={say('oversight.title')} note={say('oversight.note')}>
      <Loaded query={query}>{(data) => <Figures oversight={data} />}</Loaded>
    </Panel>
  );
}

function Figures({ oversight }: { readonly oversight: Oversight }) {
  if (oversight.people.length === 0) return <p className="empty">{say('oversight.none')}</p>;
  return (
    <>
      {oversight.alarms.map((alarm) => (
        <p key={alarm} className="notice bad">
          {alarm}
        </p>
      ))}
      <table className="plain-table">
        <caption className="unseen">{say('oversight.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('reviewers.operator')}</th>
            {COLUMNS.map(([title]) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...oversight.people, { ...oversight, person: say('oversight.all') }].map((each) => (
            <tr key={each.person}>
              <th scope="row">{each.person}</th>
              {COLUMNS.map(([title, cell]) => (
                <td key={title}>{cell(each)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
