import { useQuery } from '@tanstack/react-query';
import { waysQuery } from '../../api/queries.ts';
import { say } from '../../words/say.ts';

/** The way by the organisation's provider, where one is set. A link and no call: the browser itself goes there and comes back. */
export function ByOrganisation() {
  const { data } = useQuery(waysQuery);
  if (data?.ways.includes('organisation') !== true) return null;
  return (
    <a className="button" href="/v1/session/organisation">
      {say('signIn.byOrganisation')}
    </a>
  );
}

/** Why the way by the organisation ended here; undefined where it did not. */
export function refusalWords(search: string): string | undefined {
  switch (new URLSearchParams(search).get('refused')) {
    case null:
      return undefined;
    case 'gone':
      return say('signIn.refused.gone');
    case 'forbidden':
      return say('signIn.refused.forbidden');
    case 'too-many':
      return say('signIn.refused.tooMany');
    case 'provider-failed':
      return say('signIn.refused.providerFailed');
    default:
      return say('signIn.refused.unauthenticated');
  }
}
