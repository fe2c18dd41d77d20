/** Rows of the same width, one after the other. */
export type Table = { readonly width: number; readonly cells: Float64Array };

export function tableOf(rows: readonly ArrayLike<number>[], width: number): Table {
  const cells = new Float64Array(rows.length * width);
  rows.forEach((row, i) => cells.set(row, i * width));
  return { width, cells };
}

export const rowsOf = ({ width, cells }: Table): number => cells.length / width;

export function columnOf({ width, cells }: Table, at: number): Float64Array {
  return Float64Array.from({ length: cells.length / width }, (_, i) => cells[i * width + at] as number);
}

export function meansOf(table: Table): Float64Array {
  const { width, cells } = table;
  const means = new Float64Array(width);
  const rows = rowsOf(table);
  cells.forEach((x, i) => (means[i % width] = (means[i % width] as number) + x / rows));
  return means;
}
