import { mmdWindowTest } from './mmd-window-test.ts';
import { profileWindowTest } from './profile-window-test.ts';
import type { WindowTest } from './window-test.ts';

/** What runs in the published protocol. A test of the detection package is added here. */
export const WINDOW_TESTS: readonly WindowTest[] = [profileWindowTest, mmdWindowTest];
