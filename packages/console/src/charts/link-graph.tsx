import Graphology from 'graphology';
import { useEffect, useRef } from 'react';
import Sigma from 'sigma';
import type { Graph, GraphNode } from '../api/shapes.ts';
import { say } from '../words/say.ts';

/** Columns from left to right: what links, who is linked, where else they are. */
const COLUMN: Readonly<Record<GraphNode['kind'], number>> = { finding: 0, signal: 1, group: 2, account: 2, case: 3 };
const COLOUR: Readonly<Record<GraphNode['kind'], string>> = {
  finding: '--warn',
  signal: '--special',
  group: '--accent',
  account: '--accent',
  case: '--bad',
};
const LABEL_CHARS_MAX = 44;

/** The links of a case, drawn by columns, so that one reads it like a sentence; a node's size is how many accounts it stands for. */
export function LinkGraph({ graph }: { readonly graph: Graph }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const style = getComputedStyle(element);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const drawn = new Sigma(layOut(graph, token), element, {
      styles: {
        nodes: {
          x: { attribute: 'x' },
          y: { attribute: 'y' },
          size: { attribute: 'size' },
          color: { attribute: 'color' },
          label: { attribute: 'label' },
          labelColor: token('--ink'),
          labelSize: 12,
          labelFont: 'sans-serif',
          labelVisibility: 'visible',
          labelPosition: 'above',
        },
        edges: { size: { attribute: 'size' }, color: token('--line-strong') },
      },
      // The page scrolls under it; there is nothing in it that one could not see without.
      settings: { enableCameraZooming: false, enableCameraPanning: false, stagePadding: 90, allowInvalidContainer: true },
    });
    return () => drawn.kill();
  }, [graph]);
  return <div ref={place} className="graph" role="img" aria-label={say('links.chart')} />;
}

function layOut({ nodes, edges }: Graph, token: (name: string) => string): Graphology {
  const drawn = new Graphology({ multi: true });
  const inColumn = new Map<number, number>();
  const heights = new Map<number, number>();
  for (const node of nodes) heights.set(COLUMN[node.kind], (heights.get(COLUMN[node.kind]) ?? 0) + 1);
  for (const node of nodes) {
    const column = COLUMN[node.kind];
    const row = inColumn.get(column) ?? 0;
    inColumn.set(column, row + 1);
    const label = node.label.length > LABEL_CHARS_MAX ? `${node.label.slice(0, LABEL_CHARS_MAX - 1)}…` : node.label;
    drawn.addNode(node.id, {
      x: column,
      y: ((heights.get(column) ?? 1) - 1) / 2 - row,
      size: 5 + 2 * Math.log2(1 + node.accounts),
      color: token(COLOUR[node.kind]),
      label,
    });
  }
  for (const { from, to, count } of edges)
    if (drawn.hasNode(from) && drawn.hasNode(to)) drawn.addEdge(from, to, { size: 1 + Math.log2(1 + count) / 4 });
  return drawn;
}
