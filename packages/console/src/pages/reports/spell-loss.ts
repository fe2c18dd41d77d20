/** A loss as the server states it: not below the exact fraction. */
export const spellLoss = ({ epsilon, delta }: { readonly epsilon: number; readonly delta: number }): string =>
  `ε ${epsilon}, δ ${delta}`;
