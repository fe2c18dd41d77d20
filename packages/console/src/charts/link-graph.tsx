import Graphology from 'graphology';
import { useEffect, useRef } from 'react';
import Sigma from 'sigma';
import type { Graph, GraphNode } from '../api/shapes.ts';
import { say } from '../words/say.ts';

/** Columns from left to right: what links, who is linked, where else they are. */
const COLUMN: Readonly<Record<GraphNode['kind'], number>> = {
  finding: 0,
  signal: 1,
  group: 2,
  account: 2,
  case: 3,
};
const COLOUR: Readonly<Record<GraphNode['kind'], string>> = {
  finding: '--warn',
  signal: '--special',
  group: '--accent',
  account: '--accent',
  case: '--bad',
};
const LABEL_CHARS_MAX = 40;

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
          labelPosition: { attribute: 'side' },
        },
        edges: { size: { attribute: 'size' }, color: token('--line-strong'), opacity: 0.5 },
      },
      // The page scrolls under it; there is nothing in it that one could not see without.
      settings: {
        enableCameraZooming: false,
        enableCameraPanning: false,
        itemSizesReference: 'screen',
        stagePadding: 80,
        allowInvalidContainer: true,
      },
    });
    return () => drawn.kill();
  }, [graph]);
  return <div ref={place} className="graph" role="img" aria-label={say('links.chart')} />;
}

/** Columns as high as the fullest one, and about as wide as the place for them is. */
function layOut({ nodes, edges }: Graph, token: (name: string) => string): Graphology {
  const drawn = new Graphology({ multi: true });
  const columns = Map.groupBy(nodes, (node) => COLUMN[node.kind]);
  const height = Math.max(4, ...[...columns.values()].map((column) => column.length));
  for (const [column, inColumn] of columns)
    for (const [row, node] of inColumn.entries())
      drawn.addNode(node.id, {
        x: column * height * 0.62,
        y: height / 2 - ((row + 0.5) * height) / inColumn.length,
        size: 4 + 1.5 * Math.log2(1 + node.accounts),
        color: token(COLOUR[node.kind]),
        label: labelOf(node),
        side: COLUMN[node.kind] < 2 ? 'above' : 'right',
      });
  for (const { from, to, count } of edges)
    if (drawn.hasNode(from) && drawn.hasNode(to))
      drawn.addEdge(from, to, { size: 0.5 + Math.log2(1 + count) / 4 });
  return drawn;
}

function labelOf({ kind, label }: GraphNode): string {
  if (kind === 'finding') return say('evidence.finding');
  return label.length > LABEL_CHARS_MAX ? `${label.slice(0, LABEL_CHARS_MAX - 1)}…` : label;
}
