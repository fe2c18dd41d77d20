const DAY_S = 86_400;

/** When everybody is looked at together, in days since the first exchange: often in the beginning, then every quarter more. */
export const LOOKS_S: readonly number[] = [
  0.125, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 35, 45, 56, 70, 90, 115, 145, 180, 225, 280,
  365,
].map((days) => days * DAY_S);

/** When an account is looked at by itself: after so many of its own exchanges. */
const COUNTS = new Set([
  32, 48, 64, 96, 128, 160, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192, 16384,
]);
export const isCountLook = (exchanges: number): boolean => COUNTS.has(exchanges);

/** Accounts with fewer exchanges are not looked at: nothing can be said of them. */
export const LOOK_EXCHANGES_MIN = 8;
