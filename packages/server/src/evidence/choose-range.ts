import { ServerError } from '../server-error.ts';
import type { ExportPorts, ExportRequest } from './evidence-ports.ts';
import type { FoundCase } from './find-case.ts';
import { scanLedger } from './scan-ledger.ts';

/** Leaves that are put in without being asked about. */
const COMPLETE_LEAVES_MAX = 200_000;

/** What the bundle covers: every leaf from `start` to `end`-1, or chosen ones. `firstNote` is empty where `start` is 0. */
export type ChosenRange = {
  readonly complete: boolean;
  readonly start: number;
  readonly end: number;
  readonly firstNote: string;
  /** RFC 3339 time of the first entry covered. */
  readonly fromTime: string;
};

type Asked = Pick<ExportRequest, 'complete' | 'completeLeavesMax'>;

/**
 * The whole ledger where it is small. Else from the last archived checkpoint before the accused accounts' first entry: what is
 * before it can not speak of them.
 * @throws ServerError `bad-request` where `auto` would take more than `completeLeavesMax` leaves
 */
export async function chooseRange(
  ports: Pick<ExportPorts, 'ledger'>,
  found: FoundCase,
  end: number,
  { complete: asked = 'auto', completeLeavesMax = COMPLETE_LEAVES_MAX }: Asked,
): Promise<ChosenRange> {
  const { ledger } = ports;
  const small = end <= completeLeavesMax;
  const first = small ? 0 : await firstEntryOf(ports, found, end);
  const start = small ? 0 : (ledger.archived().findLast((size) => size <= first) ?? 0);
  const count = end - start;
  if (asked === 'auto' && count > completeLeavesMax) {
    throw new ServerError(
      'bad-request',
      `To show that nothing was left out, this bundle would hold ${count} entries. Choose: --complete puts them in, --not-complete takes only those of the case and says so.`,
    );
  }
  const complete = asked === 'auto' || asked;
  return {
    complete,
    start,
    end,
    firstNote: start === 0 ? '' : (ledger.archivedNote(start) ?? ''),
    fromTime: timeOfEntry(ports, complete ? start : first),
  };
}

async function firstEntryOf(
  { ledger }: Pick<ExportPorts, 'ledger'>,
  found: FoundCase,
  end: number,
): Promise<number> {
  let first = end;
  await scanLedger(ledger, { from: 0, to: end }, ({ index, bytes }) => {
    const { account } = JSON.parse(Buffer.from(bytes).toString()) as { account?: string };
    if (account === undefined || !found.accused.has(account)) return;
    first = index;
    return 'stop';
  });
  return first;
}

function timeOfEntry({ ledger }: Pick<ExportPorts, 'ledger'>, index: number): string {
  const bytes = ledger.entry(index);
  if (bytes === undefined)
    throw new ServerError('ledger-damaged', `Entry ${index} is missing. Run portcullis fsck.`);
  return (JSON.parse(Buffer.from(bytes).toString()) as { time: string }).time;
}
