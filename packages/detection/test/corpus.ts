import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { SeededRandom } from './seeded-random.ts';
import type { Stream } from './synthetic-traffic.ts';

/** Real prompts that some machines have beside the repository; the content never enters it. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/corpora');

export const hasCorpus = existsSync(join(folder, 'SOURCES.md'));

export function corpusSources(kind: 'attack' | 'benign'): string[] {
  const files = readdirSync(folder).filter(
    (file) => file.startsWith(`${kind}_`) && file.endsWith('.jsonl.gz'),
  );
  return files.map((file) => file.slice(0, -'.jsonl.gz'.length)).sort();
}

/** The prompts of a source in the source's order, so that dialogues stay together. */
export function corpusPrompts(source: string): string[] {
  const lines = gunzipSync(readFileSync(join(folder, `${source}.jsonl.gz`)))
    .toString('utf8')
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { prompt: string }).prompt);
}

/** Splits a source into accounts of at most `perAccount` exchanges; whole stretches, or dealt like cards. */
export function splitSource(
  source: string,
  accounts: number,
  perAccount: number,
  random: SeededRandom | null,
): Stream[] {
  const prompts = corpusPrompts(source);
  if (random) random.shuffle(prompts);
  const each = Math.min(perAccount, Math.floor(prompts.length / accounts));
  return Array.from({ length: accounts }, (_, i) => ({
    account: `${source}/${i}`,
    prompts: prompts.slice(i * each, (i + 1) * each),
  }));
}
