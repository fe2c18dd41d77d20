import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Collected } from './check-programs.ts';
import type { GoProgram } from './go-program.ts';

// Keeps what others made, so that the ordinary tests can read it without Go: packages/server/src/witness/made-by-others.test.ts.

const FILE = join(import.meta.dirname, '../../vectors/c2sp/made-by-others.json');

/** Checkpoints that every key of `vkeys` has signed, and proofs of a leaf. */
export type MadeByOthers = {
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly {
    readonly by: string;
    readonly note: string;
    readonly vkeys: readonly string[];
  }[];
  readonly proofs: readonly {
    readonly by: string;
    readonly leaf: string;
    readonly proof: string;
    readonly vkeys: readonly string[];
  }[];
  /** What a running server of ours got from their witnesses, and a receipt that it gave. */
  readonly collected: Collected & { readonly by: string };
};

type Signed = { readonly note: string; readonly vkey: string };
type Proved = { readonly proof: string; readonly vkeys: string[] };

export async function writeVectors(
  go: GoProgram,
  versions: Readonly<Record<string, string>>,
  collected: Collected,
): Promise<string> {
  const origin = 'log.example/vectors';
  const leaves = Array.from({ length: 13 }, (_, i) => `leaf ${i}`);
  const log = await go.make<Signed>('log.make', { origin, leaves });
  const asked = { note: log.note, vkeys: [log.vkey], name: 'witness.example/theirs' };
  const by04 = await go.make<Signed>('torchwood.cosign', asked);
  const by06 = await go.make<Signed>('formats.cosign', { ...asked, kind: '0x06' });
  const torchwood = await go.make<Proved>('torchwood.makeProof', { origin, index: 7, name: asked.name });
  const formats = await go.make<Proved>('formats.makeProof', { origin, index: 12, name: asked.name });
  const used = [
    'filippo.io/torchwood',
    'github.com/transparency-dev/formats',
    'github.com/transparency-dev/witness',
    'golang.org/x/mod',
  ];
  const made: MadeByOthers = {
    versions: Object.fromEntries(used.map((module) => [module, versions[module] ?? ''])),
    notes: [
      { by: 'filippo.io/torchwood, 0x04', note: by04.note, vkeys: [log.vkey, by04.vkey] },
      { by: 'github.com/transparency-dev/formats, 0x06', note: by06.note, vkeys: [log.vkey, by06.vkey] },
    ],
    proofs: [
      { by: 'filippo.io/torchwood', leaf: 'leaf 7', ...torchwood },
      { by: 'github.com/transparency-dev/formats, with an extra line', leaf: 'leaf 12', ...formats },
    ],
    collected: {
      by: 'litewitness of filippo.io/torchwood, and github.com/transparency-dev/witness',
      ...collected,
    },
  };
  writeFileSync(FILE, `${JSON.stringify(made, null, 2)}\n`);
  return FILE;
}
