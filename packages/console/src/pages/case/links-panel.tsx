import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { graphQuery } from '../../api/queries.ts';
import type { Graph } from '../../api/shapes.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Panel } from '../../parts/panel.tsx';
import { spellCount } from '../../words/format.ts';
import { say } from '../../words/say.ts';

const LinkGraph = lazy(() => import('../../charts/link-graph.tsx').then((m) => ({ default: m.LinkGraph })));

/** Who is linked to whom, as a picture and, with the same words, as a table. */
export function LinksPanel({ id }: { readonly id: string }) {
  const query = useQuery(graphQuery(id));
  return (
    <Panel title={say('links.title')} note={say('links.note')}>
      <Loaded query={query}>
        {(graph) =>
          graph.edges.length === 0 ? (
            <p className="empty">{say('links.none')}</p>
          ) : (
            <>
              <Suspense fallback={<div className="graph" />}>
                <LinkGraph graph={graph} />
              </Suspense>
              <EdgeTable graph={graph} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function EdgeTable({ graph }: { readonly graph: Graph }) {
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  return (
    <details>
      <summary>{say('timeline.table')}</summary>
      <table className="plain-table">
        <caption className="unseen">{say('links.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('links.one')}</th>
            <th scope="col">{say('links.other')}</th>
            <th scope="col">{say('links.why')}</th>
            <th scope="col">{say('links.count')}</th>
          </tr>
        </thead>
        <tbody>
          {graph.edges.map((edge) => (
            <tr key={`${edge.from} ${edge.to} ${edge.why}`}>
              <th scope="row">{labels.get(edge.from) ?? edge.from}</th>
              <td>{labels.get(edge.to) ?? edge.to}</td>
              <td>{edge.why}</td>
              <td>{spellCount(edge.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
