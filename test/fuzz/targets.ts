import type { FuzzTarget } from './target.ts';
import { target as addCheckpoint } from './targets/add-checkpoint.ts';
import { target as adminBody } from './targets/admin-body.ts';
import { target as bundleFolder } from './targets/bundle-folder.ts';
import { target as bundle } from './targets/bundle.ts';
import { target as canonicalJson } from './targets/canonical-json.ts';
import { target as entryBundle } from './targets/entry-bundle.ts';
import { target as entry } from './targets/entry.ts';
import { target as exchangeContent } from './targets/exchange-content.ts';
import { target as gateBody } from './targets/gate-body.ts';
import { target as gatePath } from './targets/gate-path.ts';
import { target as hashTile } from './targets/hash-tile.ts';
import { target as jsonUsage } from './targets/json-usage.ts';
import { target as receipt } from './targets/receipt.ts';
import { target as settings } from './targets/settings.ts';
import { target as signedNote } from './targets/signed-note.ts';
import { target as sseUsage } from './targets/sse-usage.ts';
import { target as staging } from './targets/staging.ts';
import { target as tlogProof } from './targets/tlog-proof.ts';
import { target as trafficLines } from './targets/traffic-lines.ts';
import { target as trustPolicy } from './targets/trust-policy.ts';
import { target as verifierKey } from './targets/verifier-key.ts';

/** Every parser that strangers reach. */
export const TARGETS: readonly FuzzTarget[] = [
  gateBody,
  gatePath,
  sseUsage,
  jsonUsage,
  adminBody,
  settings,
  signedNote,
  verifierKey,
  tlogProof,
  receipt,
  entry,
  canonicalJson,
  entryBundle,
  hashTile,
  staging,
  addCheckpoint,
  trustPolicy,
  bundle,
  bundleFolder,
  exchangeContent,
  trafficLines,
];
