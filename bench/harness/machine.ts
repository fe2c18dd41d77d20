import { execFileSync } from 'node:child_process';
import { cpus, release, tmpdir, totalmem } from 'node:os';

/** In one line: what the figures were taken on, and when. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return [
    new Date().toISOString().slice(0, 10),
    `${cpus().length} × ${model}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}`,
    `temporary files on ${fileSystemOf(tmpdir())}`,
    `Node ${process.versions.node}`,
  ].join(', ');
}

function fileSystemOf(folder: string): string {
  try {
    const [, line] = execFileSync('df', ['-T', folder], { encoding: 'utf8' }).split('\n');
    return line?.split(/\s+/)[1] ?? 'an unknown file system';
  } catch {
    return 'an unknown file system';
  }
}
