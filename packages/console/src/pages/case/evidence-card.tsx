import type { EvidenceItem } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Link } from '../../parts/link.tsx';
import { say } from '../../words/say.ts';
import { ContentParts } from './content-parts.tsx';
import type { Evidence } from './use-evidence.ts';

type Props = { readonly item: EvidenceItem; readonly evidence: Evidence };

/** One piece of evidence: closed, until a person reveals it on purpose. What is blurred are lines that stand for it, not the content itself. */
export function EvidenceCard({ item, evidence }: Props) {
  const opened = evidence.revealed.get(item.item);
  const name = nameOf(item);
  return (
    <li className="card">
      <div className="card-head">
        <strong>{name}</strong>
        <Link to={`/ledger/${item.index}`} label={say('evidence.entry.label', { index: item.index, name })}>
          {say('evidence.entry', { index: item.index })}
        </Link>
        {evidence.seen.has(item.item) ? <span className="badge good">{say('evidence.opened')}</span> : null}
        {opened === undefined ? (
          <Button
            onPress={() => void evidence.reveal([item.item])}
            isDisabled={evidence.change.busy}
            aria-label={say('evidence.reveal.label', { name })}
          >
            {say('evidence.reveal')}
          </Button>
        ) : (
          <Button
            look="quiet"
            onPress={() => evidence.hide(item.item)}
            aria-label={say('evidence.hide.label', { name })}
          >
            {say('evidence.hide')}
          </Button>
        )}
      </div>
      {opened === undefined ? <Blurred /> : <ContentParts opened={opened} />}
    </li>
  );
}

function nameOf({ item, index }: EvidenceItem): string {
  if (item.startsWith('finding:')) return say('evidence.finding');
  if (/^(?:appeal|representation):/.test(item)) return say('evidence.appeal');
  return say('evidence.exchange', { index });
}

function Blurred() {
  return (
    <div className="blurred" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}
