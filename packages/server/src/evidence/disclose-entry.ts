import { canonicalText, type Entry } from '@portcullis/record';
import { openKept } from '../vault/open-kept.ts';
import type { LineFile } from './bundle-folder.ts';
import type { ExportPorts, ExportRequest } from './evidence-ports.ts';
import type { FoundCase } from './find-case.ts';
import { openFields } from './open-fields.ts';
import type { WithheldFields } from './withheld-fields.ts';

export type Disclose = NonNullable<ExportRequest['disclose']>;

type Config = {
  readonly ports: Pick<ExportPorts, 'content'>;
  readonly found: FoundCase;
  readonly disclose: Disclose;
  readonly disclosed: LineFile;
  readonly withheld: WithheldFields;
};

/** Decides for each commitment of an entry whether it is opened or named as withheld, and why. */
export function createDisclosure(config: Config): {
  take(index: number, entry: Entry): Promise<void>;
  count(): number;
  readonly heard: ReadonlySet<string>;
} {
  const { ports, found, disclose, disclosed, withheld } = config;
  const heard = new Set<string>();
  let count = 0;
  const isWanted = (index: number, entry: Entry): boolean =>
    disclose === 'all' || (disclose === 'examples' && (found.cited.has(index) || HEARD.has(entry.type)));

  async function open(index: number, entry: Entry, fields: readonly string[]): Promise<void> {
    const read = await openKept(ports, index);
    const content = read === 'erased' && !isErasedByLedger(config, index, entry) ? 'unsaid' : read;
    if (content === 'unsaid' || content === 'erased' || content === 'lost' || content === 'none') {
      const { reason, why } = MISSING[content];
      withheld.add(index, fields, reason, why);
      return;
    }
    const { opened, incomplete } = openFields(index, entry, content);
    for (const line of opened) await disclosed.write(`${canonicalText(line)}\n`);
    count += opened.length;
    if (entry.type === 'appeal' && opened.length > 0) heard.add(entry.appeal);
    withheld.add(
      index,
      incomplete,
      'not-captured',
      'What is kept is not the whole of what was committed to.',
    );
  }
  return {
    heard,
    count: () => count,
    async take(index, entry) {
      const fields = 'commitments' in entry ? Object.keys(entry.commitments) : [];
      if (fields.length === 0) return;
      if (isWanted(index, entry)) return open(index, entry, fields);
      const erased = await isErased(config, index, entry);
      if (erased) withheld.add(index, fields, MISSING.erased.reason, MISSING.erased.why);
      else withheld.add(index, fields, 'withheld', WITHHELD_WHY[disclose]);
    },
  };
}

/** What was said to the accused and by them. */
const HEARD: ReadonlySet<Entry['type']> = new Set(['appeal', 'statement.issued', 'representation.received']);

const MISSING = {
  erased: {
    reason: 'erased',
    why: 'The content was erased by destroying its key or by retention; its salts went with it. The commitment stays.',
  },
  // “erased” is what the ledger says; a verifier believes it for nothing else.
  unsaid: {
    reason: 'not-captured',
    why: 'Its key is gone, though no later entry up to the last checkpoint says so: it was under way while the account was erased, or the erasure is newer.',
  },
  none: { reason: 'not-captured', why: 'Nothing was kept for this entry.' },
  lost: {
    reason: 'not-captured',
    why: 'At the time of export the vault has no readable record for this entry, or the key of that record is gone although nobody destroyed it.',
  },
} as const;

const WITHHELD_WHY: Readonly<Record<Disclose, string>> = {
  examples:
    'Not cited by a signal of the finding; kept back so that no more is shown than the finding rests on.',
  all: 'Everything that is kept was to be disclosed.',
  none: 'The exporter asked for no content.',
};

/** From the ledger where it says so of the account; the vault is asked only where erasure by age may have met the entry. */
async function isErased(config: Config, index: number, entry: Entry): Promise<boolean> {
  if (isErasedByLedger(config, index, entry, 'account')) return true;
  return isErasedByLedger(config, index, entry, 'age') && (await openKept(config.ports, index)) === 'erased';
}

/** Whether a later entry says that the content of this one was erased. @param only erasures of one scope */
function isErasedByLedger(
  { found }: Pick<Config, 'found'>,
  index: number,
  entry: Entry,
  only?: 'account' | 'age',
): boolean {
  const account = 'account' in entry ? entry.account : null;
  return found.erasures.some(({ index: at, entry: { scope, before, account: whose } }) => {
    if (at <= index || (only !== undefined && scope !== only)) return false;
    return scope === 'account' ? whose === account : before !== null && entry.time < before;
  });
}
