import { markCount } from '../signals/account-state.ts';
import type { WatchedAccount } from './watched-account.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/**
 * What speaks against a campaign, as far as the traffic shows it.
 * @param severed accounts near its members that are not named
 */
export function describeAgainst(watched: readonly WatchedAccount[], severed: number): string[] {
  const states = watched.map(({ state }) => state);
  const total = (count: (state: (typeof states)[number]) => number): number =>
    states.reduce((sum, state) => sum + count(state), 0);
  const exchanges = total((state) => state.exchanges);
  const personal = total((state) => markCount(state, 'personal'));
  const followUps = total((state) => state.followUps);
  const against = [
    'Customers of one application that writes prompts for them would look alike too: find out whether there is one.',
  ];
  if (severed > 0)
    against.push(
      `${plural(severed, 'more account')} most like its members ${severed === 1 ? 'has' : 'have'} no traffic that supports membership: not named.`,
    );
  if (personal + followUps > 0)
    against.push(
      `Of ${exchanges} prompts, ${personal} speak of the writer’s own life or work and ${followUps} go on with an earlier answer.`,
    );
  const known = states.filter(({ network }) => network !== 0);
  if (known.length > 1 && new Set(known.map(({ network }) => network)).size === known.length)
    against.push(`No two of the ${known.length} accounts with a known network address share one.`);
  return against;
}
