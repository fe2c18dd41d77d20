import type { Traffic } from '@portcullis/detection';
import type { TrafficCursor } from './traffic-cursor.ts';

/**
 * Goes through several files as one, in the order of time where each file is in that order; of equal times the file named earlier comes first.
 * Holds one exchange a file. A file that is not in order is not sorted: its exchanges come when they are met.
 */
export async function mergeByTime(
  cursors: readonly TrafficCursor[],
  observe: (traffic: Traffic) => void,
): Promise<void> {
  const rank = new Map(cursors.map((cursor, index) => [cursor, index]));
  const isBefore = (a: TrafficCursor, b: TrafficCursor): boolean => {
    const by = (a.head as Traffic).time - (b.head as Traffic).time;
    return by < 0 || (by === 0 && (rank.get(a) as number) < (rank.get(b) as number));
  };
  const heap: TrafficCursor[] = [];
  for (const cursor of cursors) {
    if (await cursor.fill()) heap.push(cursor);
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(heap, at, isBefore);
  while (heap.length > 0) {
    const first = heap[0] as TrafficCursor;
    observe(first.head as Traffic);
    if (!first.step() && !(await first.fill())) {
      const last = heap.pop() as TrafficCursor;
      if (heap.length > 0) heap[0] = last;
    }
    siftDown(heap, 0, isBefore);
  }
}

function siftDown<T>(heap: T[], from: number, isBefore: (a: T, b: T) => boolean): void {
  for (let at = from; ; ) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && isBefore(heap[child] as T, heap[least] as T)) least = child;
    }
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least] as T, heap[at] as T];
    at = least;
  }
}
