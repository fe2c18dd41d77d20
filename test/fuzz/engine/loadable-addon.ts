import { readFileSync, writeFileSync } from 'node:fs';

// Jazzer.js 4.0.0 comes with an addon that was linked against glibc 2.38, of which it uses `strtol` and `strtoul` under their C23
// names, and a libstdc++ whose initialiser it names but never calls. On an older Linux (Debian 12, say) nothing else is missing. There the copy in
// the cache is told the older names: ELF-64, little-endian; System V ABI, chapters 4 and 5; LSB core, "Symbol Versioning".

const OLDER_NAMES: Readonly<Record<string, string>> = {
  __isoc23_strtol: 'strtol',
  __isoc23_strtoul: 'strtoul',
  _ZSt21ios_base_library_initv: 'abort',
};
const NEWER_VERSIONS = ['GLIBC_2.38', 'GLIBCXX_3.4.32'];
const SYMBOL_BYTES = 24;
const SECTION_NAMES = ['.dynstr', '.dynsym', '.gnu.version', '.gnu.version_r'] as const;
const ANY_VERSION = 1;
const WEAK = 2;

type Section = { readonly at: number; readonly sizeBytes: number; readonly items: number };
type Sections = Readonly<Record<(typeof SECTION_NAMES)[number], Section>>;

/** Whether this system's C library is older than the addon asks for. */
export function hasOlderGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const [major = 0, minor = 0] = (header.glibcVersionRuntime ?? '99.0').split('.').map(Number);
  return major < 2 || (major === 2 && minor < 38);
}

/** Rewrites the addon in place so that an older C library loads it; does nothing the second time. */
export function useOlderNames(path: string): void {
  const elf = readFileSync(path);
  const sections = readSections(elf);
  renameSymbols(elf, sections);
  weakenVersions(elf, sections);
  writeFileSync(path, elf);
}

function textAt(elf: Buffer, at: number): string {
  return elf.toString('latin1', at, elf.indexOf(0, at));
}

function readSections(elf: Buffer): Sections {
  const table = Number(elf.readBigUInt64LE(0x28));
  const entryBytes = elf.readUInt16LE(0x3a);
  const at = (index: number): number => table + index * entryBytes;
  const offsetOf = (header: number): number => Number(elf.readBigUInt64LE(header + 24));
  const names = offsetOf(at(elf.readUInt16LE(0x3e)));
  const found = new Map<string, Section>();
  for (let index = 0; index < elf.readUInt16LE(0x3c); index++) {
    const header = at(index);
    const section = {
      at: offsetOf(header),
      sizeBytes: Number(elf.readBigUInt64LE(header + 32)),
      items: elf.readUInt32LE(header + 44),
    };
    found.set(textAt(elf, names + elf.readUInt32LE(header)), section);
  }
  for (const name of SECTION_NAMES) if (!found.has(name)) throw new Error(`the addon has no section ${name}`);
  return Object.fromEntries(found) as Sections;
}

function renameSymbols(elf: Buffer, sections: Sections): void {
  const symbols = sections['.dynsym'];
  for (let index = 0; index < symbols.sizeBytes / SYMBOL_BYTES; index++) {
    const nameAt = sections['.dynstr'].at + elf.readUInt32LE(symbols.at + index * SYMBOL_BYTES);
    const older = OLDER_NAMES[textAt(elf, nameAt)];
    if (older === undefined) continue;
    elf.write(`${older}\0`, nameAt, 'latin1');
    elf.writeUInt16LE(ANY_VERSION, sections['.gnu.version'].at + index * 2);
  }
}

/** A needed version that is marked weak may be missing. */
function weakenVersions(elf: Buffer, sections: Sections): void {
  let library = sections['.gnu.version_r'].at;
  for (let index = 0; index < sections['.gnu.version_r'].items; index++) {
    let version = library + elf.readUInt32LE(library + 8);
    for (let count = elf.readUInt16LE(library + 2); count > 0; count--) {
      const name = textAt(elf, sections['.dynstr'].at + elf.readUInt32LE(version + 8));
      if (NEWER_VERSIONS.includes(name)) elf.writeUInt16LE(elf.readUInt16LE(version + 4) | WEAK, version + 4);
      version += elf.readUInt32LE(version + 12);
    }
    library += elf.readUInt32LE(library + 12);
  }
}
