import type { EvidenceItem, ShownCase } from '../../api/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { say } from '../../words/say.ts';
import { EvidenceCard } from './evidence-card.tsx';
import type { Evidence } from './use-evidence.ts';

type Props = { readonly shown: ShownCase; readonly evidence: Evidence };

export function EvidencePanel({ shown, evidence }: Props) {
  const total = shown.evidence.length;
  const seen = shown.evidence.filter((each) => evidence.seen.has(each.item)).length;
  return (
    <Panel
      id="evidence"
      title={say('evidence.title')}
      note={say('evidence.note')}
      aside={
        <span className="panel-aside">
          {say('evidence.seen', { seen, total })}
          <Button onPress={() => void evidence.revealAll()} isDisabled={evidence.change.busy} look="main">
            {say('evidence.revealAll', { count: total })}
          </Button>
        </span>
      }
    >
      {evidence.change.error === null ? null : <Trouble error={evidence.change.error} />}
      {groupBySentence(shown.evidence).map(([says, items]) => (
        <section key={says} className="evidence-group" aria-label={says}>
          <h3>{says}</h3>
          <ul className="cards">
            {items.map((item) => (
              <EvidenceCard key={item.item} item={item} evidence={evidence} />
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}

/** Items in their order, under the sentence that they show. */
function groupBySentence(items: readonly EvidenceItem[]): [says: string, items: EvidenceItem[]][] {
  const groups = new Map<string, EvidenceItem[]>();
  for (const item of items) {
    const known = groups.get(item.says);
    if (known === undefined) groups.set(item.says, [item]);
    else known.push(item);
  }
  return [...groups];
}
