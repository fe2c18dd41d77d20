import type { Hunt, Traffic } from '@portcullis/detection';
import type { HuntFile, HuntFiles } from './hunt-files.ts';
import { mergeByTime } from './merge-by-time.ts';
import { type FileReading, openTrafficCursor } from './traffic-cursor.ts';

/** What was read of the files under one option. */
export type SideReading = { readonly files: readonly FileReading[]; readonly accounts: ReadonlySet<string> };
export type HuntReading = { readonly benign: SideReading; readonly traffic: SideReading };

/** Where a reading stands; told now and then. */
export type HuntProgress = {
  readonly side: 'benign' | 'traffic';
  readonly exchanges: number;
  readonly accounts: number;
  readonly bytes: number;
  /** Undefined where the size of some file is not known. */
  readonly bytesTotal: number | undefined;
};

/** The state is bounded by accounts, so they are. */
const ACCOUNTS_MAX = 1_048_576;
/** A line of the second file is number 10,000,000,001 and up; of the only file it is simply its number. */
const LINES_OF_FILE = 10_000_000_000;
const EXCHANGES_BETWEEN_TELLING = 2_048;

/** Gives a hunt every benign exchange and then all traffic, each file read once. @param accountsMax under each option */
export async function feedHunt(
  hunt: Pick<Hunt, 'observeBenign' | 'observeTraffic'>,
  files: HuntFiles,
  onProgress: (progress: HuntProgress) => void,
  accountsMax = ACCOUNTS_MAX,
): Promise<HuntReading> {
  const read = (side: HuntProgress['side'], observe: (traffic: Traffic) => void): Promise<SideReading> =>
    readSide({ side, observe, onProgress, accountsMax }, files[side]);
  const benign = await read('benign', (one) => hunt.observeBenign(one));
  const traffic = await read('traffic', (one) => hunt.observeTraffic(one));
  return { benign, traffic };
}

type Side = {
  readonly side: HuntProgress['side'];
  readonly observe: (traffic: Traffic) => void;
  readonly onProgress: (progress: HuntProgress) => void;
  readonly accountsMax: number;
};

async function readSide(
  { side, observe, onProgress, accountsMax }: Side,
  files: readonly HuntFile[],
): Promise<SideReading> {
  const accounts = new Set<string>();
  const admit = ({ account }: Traffic): string | undefined => {
    if (accounts.size >= accountsMax && !accounts.has(account))
      return `it is of one account more than the ${accountsMax} that one run takes`;
    accounts.add(account);
    return undefined;
  };
  const cursors = files.map((file, index) =>
    openTrafficCursor(file, (line) => index * LINES_OF_FILE + line, admit),
  );
  const readings = cursors.map((cursor) => cursor.reading);
  const bytesTotal = files.reduce<number | undefined>(
    (sum, { sizeBytes }) => (sum === undefined || sizeBytes === undefined ? undefined : sum + sizeBytes),
    0,
  );
  let exchanges = 0;
  const tell = (): void => {
    const bytes = readings.reduce((sum, reading) => sum + reading.bytes, 0);
    onProgress({ side, exchanges, accounts: accounts.size, bytes, bytesTotal });
  };
  await mergeByTime(cursors, (traffic) => {
    observe(traffic);
    if (++exchanges % EXCHANGES_BETWEEN_TELLING === 0) tell();
  });
  tell();
  return { files: readings, accounts };
}
