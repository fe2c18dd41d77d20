import { useState } from 'react';
import { post } from '../../api/call.ts';
import type { OpenedItem, ShownCase } from '../../api/shapes.ts';
import { useSession } from '../../parts/session.tsx';
import { type Change, useChange } from '../../parts/use-change.ts';
import { say } from '../../words/say.ts';

/** What the server opens in one call. */
const ITEMS_MAX = 32;

export type Evidence = {
  /** What was revealed since this page was opened, by item. */
  readonly revealed: ReadonlyMap<string, OpenedItem>;
  /** Items that this person has ever opened, by the ledger. */
  readonly seen: ReadonlySet<string>;
  readonly reveal: (items: readonly string[]) => Promise<boolean>;
  readonly revealAll: () => Promise<boolean>;
  readonly hide: (item: string) => void;
  readonly change: Change<readonly string[]>;
};

/** Content comes only when it is revealed, and the ledger has that before the page has the content. */
export function useEvidence(shown: ShownCase): Evidence {
  const { you } = useSession();
  const [revealed, setRevealed] = useState<ReadonlyMap<string, OpenedItem>>(new Map());
  const change = useChange(
    async (items: readonly string[]) => {
      for (let from = 0; from < items.length; from += ITEMS_MAX) {
        const path = `/v1/cases/${shown.case}/evidence`;
        const { opened } = await post<{ opened: OpenedItem[] }>(path, {
          items: items.slice(from, from + ITEMS_MAX),
        });
        setRevealed((before) => new Map([...before, ...opened.map((each) => [each.item, each] as const)]));
      }
      return items.length;
    },
    (count) => say('evidence.revealed', { count }),
  );
  const closed = shown.evidence.map((each) => each.item).filter((item) => !revealed.has(item));
  return {
    revealed,
    seen: new Set(
      shown.evidenceOpened.filter((each) => each.by === you.operator).flatMap((each) => each.items),
    ),
    reveal: change.run,
    revealAll: () => (closed.length === 0 ? Promise.resolve(true) : change.run(closed)),
    hide: (item) => setRevealed((before) => new Map([...before].filter(([name]) => name !== item))),
    change,
  };
}
