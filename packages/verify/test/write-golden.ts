import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { W1, W2, WITNESSED_TRUST, writeBundle } from './bundle-writer.ts';

// Writes vectors/bundles/v1 once; what is there is never written over, as bundles of that version are in the world.
// Run: node --conditions=portcullis-source packages/verify/test/write-golden.ts

const folder = join(import.meta.dirname, '../../../vectors/bundles/v1');
if (existsSync(folder)) {
  console.log(`${folder} is there already.`);
} else {
  for (const [path, bytes] of writeBundle({ witnesses: [W1, W2] })) {
    mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
    writeFileSync(join(folder, 'bundle', path), bytes, { flag: 'wx' });
  }
  writeFileSync(join(folder, 'trust.policy'), WITNESSED_TRUST, { flag: 'wx' });
  console.log(`wrote ${folder}`);
}
