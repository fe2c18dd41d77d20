import type { Json } from '@portcullis/record';

export type WithheldReason = 'erased' | 'withheld' | 'not-captured';

/** Collects what is not disclosed; memory is one number an entry. */
export type WithheldFields = {
  add(index: number, fields: readonly string[], reason: WithheldReason, why: string): void;
  /** Counts by reason. */
  counts(): Readonly<Record<WithheldReason, number>>;
  /** The content of `withheld.json`. */
  items(): Json;
};

type Group = { reason: WithheldReason; why: string; fields: readonly string[]; indices: number[] };

export function createWithheldFields(): WithheldFields {
  const groups = new Map<string, Group>();
  return {
    add(index, fields, reason, why) {
      if (fields.length === 0) return;
      const sorted = [...fields].sort();
      const key = JSON.stringify([reason, why, sorted]);
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { reason, why, fields: sorted, indices: [] }));
      group.indices.push(index);
    },
    counts() {
      const counts = { erased: 0, withheld: 0, 'not-captured': 0 };
      for (const { reason, fields, indices } of groups.values())
        counts[reason] += fields.length * indices.length;
      return counts;
    },
    // Every entry of a group commits to all of the group's fields, so that the count is a product.
    items: () =>
      [...groups.values()].map(({ reason, why, fields, indices }) => ({
        count: fields.length * indices.length,
        fields,
        indices,
        reason,
        why,
      })),
  };
}
