import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSeededRandom } from '../../packages/detection/test/seeded-random.ts';

/** Small corpora and traces in the real ones' format, of made-up words: the real ones are on few machines. */
export function writeCorpora(folder: string): void {
  mkdirSync(join(folder, 'traces'), { recursive: true });
  writeFileSync(join(folder, 'SOURCES.md'), 'made up\n');
  writeSource(folder, 'benign_talk', 300, 3);
  writeSource(folder, 'benign_other', 300, 2);
  writeSource(folder, 'benign_desk', 600, 1);
  writeSource(folder, 'benign_prompts_chat', 200, 1);
  writeSource(folder, 'attack_tasks', 400, 1);
  writeSource(folder, 'attack_more', 400, 1);
  writeTrace(folder, 'azure_llm_2023_conv', 't_seconds,session_id,model,prompt_tokens,completion_tokens', [
    '0,,,374,44',
    '4,,,396,109',
  ]);
  writeTrace(folder, 'mooncake_conversation', 't_seconds,session_id,model,prompt_tokens,completion_tokens', [
    '0,p1,,10,5',
    '30,p1,,10,5',
    '90,p1,,10,5',
  ]);
  const windows = Array.from({ length: 288 }, (_, i) => {
    const hour = Math.floor((i % 144) / 6);
    return `m-0,m,${i * 600},600,${hour >= 8 && hour < 20 ? 0.5 : 0.05},1.5,Gamma,10,10`;
  });
  const head =
    'client,model,t_seconds,window_s,rate_rps,cv,arrival_dist,mean_prompt_tokens,mean_completion_tokens';
  writeTrace(folder, 'servegen_client_windows_a', head, windows);
}

function writeSource(folder: string, source: string, dialogues: number, turns: number): void {
  const random = createSeededRandom(source.length);
  const rows: string[] = [];
  for (let d = 0; d < dialogues; d++) {
    for (let turn = 0; turn < turns; turn++) {
      const words = Array.from({ length: 8 }, () => `word${random.below(400)}`).join(' ');
      rows.push(
        JSON.stringify({
          id: `${source}-${d}-${turn}`,
          conversation: turns === 1 ? null : `${source}-c${d}`,
          user: null,
          turn,
          prompt: `${source} ${d} ${turn}: explain ${words}.`,
          response: 'Certainly.',
          lang: 'en',
        }),
      );
    }
  }
  writeFileSync(join(folder, `${source}.jsonl.gz`), gzipSync(`${rows.join('\n')}\n`));
}

function writeTrace(folder: string, name: string, head: string, rows: readonly string[]): void {
  writeFileSync(join(folder, 'traces', `${name}.csv.gz`), gzipSync(`${[head, ...rows].join('\n')}\n`));
}
