import { loadConfig } from '../../config/load-config.ts';
import { openReports } from '../../start/open-reports.ts';
import { openStorage } from '../../start/open-storage.ts';

// A program on a real ledger that publishes a report and kills itself at one of its looks at the clock: 1 reads the request, 2 makes the
// reservation, 3 is within the draw, 4 makes the entry of the release. At 5 it has the report and never says so.
const [folder = '', killAt = ''] = process.argv.slice(2);
const { config } = loadConfig({ cwd: folder, env: {} });
const software = 'portcullis test';
const fail = (error: Error): never => {
  throw error;
};
const storage = await openStorage({ config, software, log: () => {}, ledgerSeams: {}, onFailed: fail });
let looks = 0;
const kill = (): void => {
  if (++looks === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const clock = {
  now() {
    kill();
    return Date.parse('2026-12-10T00:00:00.000Z');
  },
  monotonic: () => 0,
};
const reports = await openReports(storage, clock, software, () => config);
await reports.publish({ period: '2026-11', epsilon: '1', delta: '1e-6' }, 'admin');
kill();
