import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSharedTemplates } from '@portcullis/detection';
import { systemRandom } from '../accounts/random.ts';
import type { AdminPorts } from '../admin/route.ts';
import type { Config } from '../config/config.ts';
import { exportBundle } from '../evidence/export-bundle.ts';
import type { ExportPorts } from '../evidence/evidence-ports.ts';
import type { Clock } from '../seams/clock.ts';
import type { Witnessing } from '../witness/witnessing.ts';
import type { Storage } from './open-storage.ts';

export type ExporterOptions = {
  readonly config: Config;
  readonly storage: Storage;
  readonly witnessing: Pick<Witnessing, 'cosign'>;
  readonly version: string;
  readonly clock: Clock;
};

/** Exports cases into the data directory's `bundles`, as the admin API asks. */
export function createExporter({
  config,
  storage,
  witnessing,
  version,
  clock,
}: ExporterOptions): AdminPorts['exportCase'] {
  const { reader, thread, vault, keys, appender } = storage;
  const {
    name,
    version: detectorVersion,
    thresholds,
    digest,
  } = createSharedTemplates(config.detection.thresholds);
  const { masterKey } = config.vault;
  const ports: ExportPorts = {
    ledger: reader,
    archiveCheckpoint: () => witnessing.cosign(() => thread.archiveCheckpoint()),
    content: (index) => vault.content(index),
    signPae: (pae) => keys.signPae(pae),
    vkeys: keys.vkeys,
    witnesses: { witnesses: config.witnesses, witnessing: config.witnessing },
    append: (item) => appender.append(item),
    clock,
    random: systemRandom,
    environment: {
      version,
      detector: { name, version: detectorVersion, digest: digest(), thresholds },
      masterKeyCustody:
        'file' in masterKey
          ? 'a file in the data directory, readable by its owner only'
          : 'an environment variable of the process',
      host: hostname(),
    },
  };
  return ({ case: caseId, by, ...request }) =>
    exportBundle({ ...request, caseId, by: by.operator, outDir: join(config.dataDir, 'bundles') }, ports);
}
