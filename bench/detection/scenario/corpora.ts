import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One exchange of a corpus: what a person or program asked, and the answer where the source has one. */
export type Turn = { readonly prompt: string; readonly response: string | null };

/** A dialogue of a corpus, whole and in order. A single prompt is a dialogue of one turn. */
export type Dialogue = { readonly id: string; readonly source: string; readonly turns: readonly Turn[] };

/** Where the corpora lie: the argument, else `PORTCULLIS_CORPORA`, else beside the repository. They are never part of it. */
export function findCorpora(given?: string): string {
  const beside = join(import.meta.dirname, '../../../../shared/corpora');
  const folder = given ?? process.env['PORTCULLIS_CORPORA'] ?? beside;
  if (!existsSync(join(folder, 'SOURCES.md'))) {
    throw new Error(`No corpora in ${folder}: name their folder with --corpora or PORTCULLIS_CORPORA.`);
  }
  return folder;
}

type Row = { id: string; conversation: string | null; turn: number; prompt: string; response: string | null };

const loaded = new Map<string, readonly Dialogue[]>();

/** The dialogues of `attack_*` or `benign_*`, in the source's order; read once a process. */
export function loadDialogues(folder: string, source: string): readonly Dialogue[] {
  const path = join(folder, `${source}.jsonl.gz`);
  const known = loaded.get(path);
  if (known) return known;
  const byId = new Map<string, { row: Row; turns: Turn[] }>();
  for (const line of gunzipSync(readFileSync(path)).toString('utf8').split('\n')) {
    if (line === '') continue;
    const row = JSON.parse(line) as Row;
    const id = row.conversation ?? row.id;
    const dialogue = byId.get(id) ?? { row, turns: [] };
    dialogue.turns.push({ prompt: row.prompt, response: row.response });
    byId.set(id, dialogue);
  }
  const dialogues = [...byId].map(([id, { turns }]) => ({ id, source, turns }));
  loaded.set(path, dialogues);
  return dialogues;
}
