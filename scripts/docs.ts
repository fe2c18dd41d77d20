// `npm run docs`: renews what a program writes in the documentation.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewParts } from './generated-parts.ts';

const path = join(import.meta.dirname, '../docs/operating.md');
writeFileSync(path, renewParts(readFileSync(path, 'utf8')));
