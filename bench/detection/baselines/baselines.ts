import type { DetectorUnderTest } from '../evaluate/detector-under-test.ts';
import { mmd } from './mmd.ts';
import { prada } from './prada.ts';
import { rateLimit } from './rate-limit.ts';
import { type Baseline, calibrateRunningMaximum } from './running-maximum.ts';
import { seat } from './seat.ts';
import { surface, surfaceWindow } from './surface.ts';

const ALL: readonly Baseline[] = [surface, surfaceWindow, rateLimit, mmd, prada, seat];

/** All baselines, under the same error control. */
export const BASELINES: readonly DetectorUnderTest[] = ALL.map(calibrateRunningMaximum);
