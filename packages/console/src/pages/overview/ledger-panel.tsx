import type { Ledger } from '../../api/shapes.ts';
import { Facts } from '../../parts/facts.tsx';
import { Link } from '../../parts/link.tsx';
import { Panel } from '../../parts/panel.tsx';
import { WitnessTable } from '../../parts/witness-table.tsx';
import { say } from '../../words/say.ts';

type Props = {
  readonly ledger: Ledger;
  /** Whether its entries stand on the same page. */
  readonly hasEntries?: boolean;
};

export function LedgerPanel({ ledger, hasEntries = false }: Props) {
  const { witnessing, guarantee } = ledger;
  const behind = Object.entries(ledger.lag).filter(([, lag]) => lag > 0);
  return (
    <Panel
      title={say('overview.ledger')}
      aside={hasEntries ? null : <Link to="/ledger">{say('overview.ledger.open')}</Link>}
    >
      <Facts
        of={[
          [say('ledger.origin'), <span className="mono">{ledger.origin}</span>],
          [say('ledger.published'), say('ledger.entries', { count: ledger.publishedSize })],
          [say('ledger.root'), <span className="mono hash">{ledger.root}</span>],
          [
            say('ledger.followers'),
            behind.length === 0
              ? say('ledger.followers.level')
              : behind.map(([name, lag]) => say('ledger.followers.behind', { name, lag })).join('; '),
          ],
          [say('guarantee.title'), <GuaranteeLine guarantee={guarantee} />],
        ]}
      />
      {witnessing.witnesses.length === 0 ? (
        <p className="notice soft">{say('witness.none')}</p>
      ) : (
        <WitnessTable witnesses={witnessing.witnesses} />
      )}
    </Panel>
  );
}

function GuaranteeLine({ guarantee }: Pick<Ledger, 'guarantee'>) {
  if (guarantee === null) return <>{say('guarantee.none')}</>;
  if (guarantee.guarantee === 'held') return <span className="badge good">{say('guarantee.held')}</span>;
  return (
    <>
      <span className="badge bad">{say('guarantee.suspended')}</span> {guarantee.reasons.join(' ')}
    </>
  );
}
