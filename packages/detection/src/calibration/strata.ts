/**
 * Joins kinds of use that have too few benign accounts, the rarest first, until each group has enough: a partition that depends on
 * the benign counts alone, so that a conformal test within each group keeps its bound (Mondrian, Vovk et al. 2005, 4.5).
 * @param counts benign accounts by kind
 * @param least benign accounts a group needs
 * @returns the group of each kind; one group where there are too few altogether
 */
export function joinRareKinds(counts: readonly number[], least: number): number[] {
  const groupOf = counts.map((_, kind) => kind);
  const sizes = [...counts];
  const rarest = (except: number): number => {
    let found = -1;
    sizes.forEach((size, group) => {
      if (group === except || !groupOf.includes(group)) return;
      if (found < 0 || size < (sizes[found] as number)) found = group;
    });
    return found;
  };
  for (;;) {
    const group = rarest(-1);
    if (group < 0 || (sizes[group] as number) >= least) return groupOf;
    const into = rarest(group);
    if (into < 0) return groupOf;
    sizes[into] = (sizes[into] as number) + (sizes[group] as number);
    groupOf.forEach((each, kind) => {
      if (each === group) groupOf[kind] = into;
    });
  }
}
