import { isTwoSided, reachOf, type SamplerFamily } from './sampler-family.ts';

/** Which cell each outcome is counted in, and how likely the cells are. */
export type Cells = Readonly<{ masses: Float64Array; cellOf: (y: number) => number }>;

/** Beyond this exponent there is less mass than any number of draws sees. */
const EXPONENT_MAX = 45;
const CELLS = 48;
const RESIDUES = 16;

/** Neighbouring outcomes together, each cell about as likely: a shift, a scale, a wrong shape. */
export function neighbourCells(family: SamplerFamily, parameter: number): Cells {
  const { first, masses } = massTable(family, parameter);
  const cellAt = new Int32Array(masses.length);
  const cellMasses: number[] = [];
  let cell = 0;
  for (const [index, mass] of masses.entries()) {
    cellAt[index] = cell;
    cellMasses[cell] = (cellMasses[cell] ?? 0) + mass;
    if ((cellMasses[cell] as number) >= 1 / CELLS && index < masses.length - 1) cell++;
  }
  const last = masses.length - 1;
  return {
    masses: Float64Array.from(cellMasses),
    cellOf: (y) => cellAt[Math.min(Math.max(y - first, 0), last)] as number,
  };
}

/** Outcomes with the same lowest four bits together: noise in steps of more than one, or bits that are not used. */
export function residueCells(family: SamplerFamily, parameter: number): Cells {
  const { first, masses } = massTable(family, parameter);
  const cellMasses = new Float64Array(RESIDUES);
  const residue = (y: number): number => ((y % RESIDUES) + RESIDUES) % RESIDUES;
  for (const [index, mass] of masses.entries()) {
    const cell = residue(index + first);
    cellMasses[cell] = (cellMasses[cell] as number) + mass;
  }
  return { masses: cellMasses, cellOf: residue };
}

function massTable(family: SamplerFamily, parameter: number): { first: number; masses: Float64Array } {
  const reach = reachOf(family, parameter, EXPONENT_MAX) + 1;
  const first = isTwoSided(family) ? -reach : 0;
  const masses = new Float64Array(reach - first + 1);
  let total = 0;
  for (let index = 0; index < masses.length; index++) {
    const y = index + first;
    const exponent = family === 'discrete-gaussian' ? (y * y) / (2 * parameter) : Math.abs(y) / parameter;
    total += masses[index] = Math.exp(-exponent);
  }
  return { first, masses: masses.map((mass) => mass / total) };
}
