import type { AdminPorts } from '../admin/route.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../seams/clock.ts';
import { ServerError } from '../server-error.ts';
import type { Storage } from './open-storage.ts';
export function createExporter(_: {
  config: Config;
  storage: Storage;
  version: string;
  clock: Clock;
}): AdminPorts['exportCase'] {
  return () => Promise.reject(new ServerError('unsupported', 'later'));
}
