import type { Json } from '@portcullis/record';
import type { ExportEnvironment } from '../evidence-ports.ts';
import type { CaseEntries } from '../write-leaves.ts';
import { asItem } from './case-file.ts';

/** `health.json`: what went wrong in the period, which versions and rules were in force, and who looked. */
export function healthFile(
  entries: CaseEntries,
  period: { readonly from: string; readonly to: string },
  environment: ExportEnvironment,
): Json {
  const faults = entries.of('fault');
  const kinds: Record<string, number> = {};
  for (const { entry } of faults) kinds[entry.kind] = (kinds[entry.kind] ?? 0) + 1;
  return {
    period,
    faults: faults.map(asItem),
    faultsByKind: kinds,
    openings: entries.of('ledger.opened').map(asItem),
    keyChanges: [...entries.of('ledger.keys_rotated'), ...entries.of('vault.key_rotated')]
      .sort((a, b) => a.index - b.index)
      .map(asItem),
    policies: entries.of('policy.loaded').map(asItem),
    access: [...entries.of('evidence.viewed'), ...entries.of('bundle.exported')]
      .sort((a, b) => a.index - b.index)
      .map(asItem),
    versions: { exporter: environment.version, runtime: `node ${process.versions.node}` },
    notShown:
      'Incidents that the program itself could not notice, such as a machine that was copied or a disk that was read.',
  };
}
