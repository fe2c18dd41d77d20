import type { Witness } from '../api/shapes.ts';
import { spellCount } from '../words/format.ts';
import { say, sayName } from '../words/say.ts';
import { Moment } from './moment.tsx';

export function WitnessTable({ witnesses }: { readonly witnesses: readonly Witness[] }) {
  return (
    <table className="plain-table">
      <caption className="unseen">{say('witness.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('witness.name')}</th>
          <th scope="col">{say('witness.state')}</th>
          <th scope="col">{say('witness.size')}</th>
          <th scope="col">{say('witness.time')}</th>
        </tr>
      </thead>
      <tbody>
        {witnesses.map((witness) => (
          <tr key={witness.name}>
            <th scope="row">{witness.name}</th>
            <td>
              <span className={`badge ${witness.alarm === null ? '' : 'bad'}`}>
                {witness.alarm ?? sayName('witness.state', witness.state)}
              </span>
            </td>
            <td>{witness.size === null ? say('state.none') : spellCount(witness.size)}</td>
            <td>{witness.time === null ? say('state.none') : <Moment at={witness.time} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
