// Counters and histograms that can be sent between threads and added up: plain maps of numbers. A metric's family is fixed;
// its series are named by their labels as they stand in the text format (Prometheus exposition format 0.0.4).

export type Family = {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[];
};

/** By family, by labels: one number, or for a histogram its bucket counts, then the sum. Plain data. */
export type CounterValues = Map<string, Map<string, number[]>>;

export type Counters = {
  add(family: Family, labels: string, amount: number): void;
  set(family: Family, labels: string, value: number): void;
  observe(family: Family, labels: string, value: number): void;
  values(): CounterValues;
};

/** Series beyond this many in one family are not kept: labels come from configuration, so this is a net, not a rule. */
const SERIES_MAX = 2_000;

export function createCounters(): Counters {
  const all: CounterValues = new Map();
  const row = (family: Family, labels: string, length: number): number[] | undefined => {
    let series = all.get(family.name);
    if (series === undefined) all.set(family.name, (series = new Map()));
    let values = series.get(labels);
    if (values === undefined && series.size < SERIES_MAX) {
      series.set(labels, (values = new Array<number>(length).fill(0)));
    }
    return values;
  };
  return {
    add(family, labels, amount) {
      const values = row(family, labels, 1);
      if (values !== undefined) values[0] = (values[0] as number) + amount;
    },
    set(family, labels, value) {
      const values = row(family, labels, 1);
      if (values !== undefined) values[0] = value;
    },
    observe(family, labels, value) {
      const bounds = family.buckets ?? [];
      const values = row(family, labels, bounds.length + 2);
      if (values === undefined) return;
      let at = 0;
      while (at < bounds.length && value > (bounds[at] as number)) at++;
      values[at] = (values[at] as number) + 1;
      values[bounds.length + 1] = (values[bounds.length + 1] as number) + value;
    },
    values: () => all,
  };
}

/** The sum over threads. */
export function sumCounters(parts: readonly CounterValues[]): CounterValues {
  const total: CounterValues = new Map();
  for (const part of parts) {
    for (const [name, series] of part) {
      let into = total.get(name);
      if (into === undefined) total.set(name, (into = new Map()));
      for (const [labels, values] of series) {
        const had = into.get(labels);
        into.set(labels, had === undefined ? [...values] : had.map((value, i) => value + (values[i] ?? 0)));
      }
    }
  }
  return total;
}

/** Prometheus text. */
export function renderCounters(families: readonly Family[], values: CounterValues): string {
  const lines: string[] = [];
  for (const family of families) {
    const series = values.get(family.name);
    if (series === undefined) continue;
    lines.push(`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.kind}`);
    for (const [labels, numbers] of series) {
      if (family.kind === 'histogram') lines.push(...histogramLines(family, labels, numbers));
      else lines.push(`${family.name}${labels === '' ? '' : `{${labels}}`} ${numbers[0]}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function histogramLines(family: Family, labels: string, numbers: readonly number[]): string[] {
  const bounds = family.buckets ?? [];
  const before = labels === '' ? '' : `${labels},`;
  const lines: string[] = [];
  let count = 0;
  for (let i = 0; i <= bounds.length; i++) {
    count += numbers[i] ?? 0;
    lines.push(`${family.name}_bucket{${before}le="${i < bounds.length ? bounds[i] : '+Inf'}"} ${count}`);
  }
  const around = labels === '' ? '' : `{${labels}}`;
  lines.push(
    `${family.name}_sum${around} ${numbers[bounds.length + 1] ?? 0}`,
    `${family.name}_count${around} ${count}`,
  );
  return lines;
}

/** A label's value as the text format wants it. */
export function label(name: string, value: string): string {
  return `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}
