import type { Standing } from '@portcullis/record';
import type { CaseState } from '../api/shapes.ts';
import { sayName } from '../words/say.ts';

export function StandingBadge({ standing }: { readonly standing: Standing }) {
  return <span className={`badge standing-${standing}`}>{sayName('standing', standing)}</span>;
}

export function StateBadge({ state }: { readonly state: CaseState }) {
  return <span className={`badge state-${state}`}>{sayName('caseState', state)}</span>;
}
