import type { Found } from '../check-run.ts';
import { digest, textOf } from '../octets.ts';
import { ENVELOPE_PATH, type Manifest } from '../manifest.ts';
import { readCanonical } from '../strict-json.ts';
import { quote, refuse } from '../verify-error.ts';

/** A bundle's files by path, with `/` between folders. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Files that every bundle has. */
const REQUIRED = [
  'leaves.jsonl',
  'proofs.jsonl',
  'disclosed.jsonl',
  'withheld.json',
  'checkpoints/first',
  'checkpoints/last',
  'consistency.json',
  'range.json',
  'keys.json',
  'tlog-policy',
  'case.json',
  'method.json',
  'identity.json',
  'health.json',
  'time.json',
  'custody.json',
  'tools.json',
  'renewal.json',
  'report.md',
  'declarations/us-fre-902.md',
  'declarations/uk-certificate.md',
];

/** Every file is named with its size and digest, none is missing or added, and JSON is canonical. */
export function checkFiles(files: BundleFiles, manifest: Manifest): Found<true> {
  for (const path of files.keys())
    if (path !== ENVELOPE_PATH && !manifest.files.has(path))
      refuse(`The file ${quote(path)} is not named in the manifest.`);
  for (const path of REQUIRED) if (!manifest.files.has(path)) refuse(`The manifest does not name ${path}.`);
  let total = 0;
  for (const [path, stated] of manifest.files) {
    const bytes = files.get(path);
    if (path === ENVELOPE_PATH || bytes === undefined) return refuse(`The file ${quote(path)} is missing.`);
    if (bytes.length !== stated.bytes)
      refuse(`The file ${path} has ${bytes.length} bytes, not the ${stated.bytes} stated.`);
    if (digest(bytes).toString('hex') !== stated.sha256)
      refuse(`The file ${path} is not the one the manifest was signed over.`);
    if (path.endsWith('.json')) readCanonical(bytes, path);
    else if (!path.endsWith('.jsonl')) textOf(bytes, path);
    total += bytes.length;
  }
  return {
    value: true,
    sentence: `All ${manifest.files.size} files are those the manifest was signed over (${total} bytes).`,
  };
}
