import type { Json } from '@portcullis/record';
import type { ExportEnvironment, ExportRequest } from '../evidence-ports.ts';
import type { CaseEntries } from '../write-leaves.ts';
import { pickItem } from './case-file.ts';

/** `custody.json`: this export, those before it, and how to go on with the chain. */
export function custodyFile(
  request: ExportRequest,
  entries: CaseEntries,
  environment: ExportEnvironment,
  made: { readonly bundle: string; readonly createdAt: string },
): Json {
  return {
    export: {
      bundle: made.bundle,
      at: made.createdAt,
      by: request.by,
      where: environment.host,
      tool: { name: 'portcullis', version: environment.version },
      requester: request.requester,
      purpose: request.purpose,
      legalBasis: request.legalBasis,
    },
    vaultKey: environment.masterKeyCustody,
    recordedAs:
      'A bundle.exported entry with the SHA-256 of manifest.dsse.json was appended before the bundle got its name. It stands after the last checkpoint of this bundle, so a later bundle or the ledger itself shows it.',
    earlierExports: entries
      .of('bundle.exported')
      .map((item) => pickItem(item, 'bundle', 'by', 'manifest_sha256', 'requester')),
    transfers: [],
    transfersNote:
      'Nothing after the export is recorded here. Write down each transfer: who, when, where, and the SHA-256 of manifest.dsse.json before and after.',
  };
}
