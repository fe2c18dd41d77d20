import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../test/until.ts';
import { superviseDetector } from './supervise-detector.ts';

test('a thread that can not even be started is tried again, and throws at nobody', async () => {
  const told: [reason: string, isNew: boolean][] = [];
  const detector = superviseDetector({
    // What can not be handed to a thread stands for a system that gives none: both throw where it is started.
    data: { dataDir: () => {} } as never,
    onFinding: () => Promise.resolve(),
    onContentLost: () => {},
    onGuarantee: () => {},
    onStopped: (reason, isNew) => void told.push([reason, isNew]),
    onRecovered: () => {},
  });
  await until('it was tried again', () => told.length >= 2);
  await detector.stop();
  assert.equal(detector.running, false);
  assert.equal(detector.stops, told.length);
  assert.match(told[0]?.[0] ?? '', /could not be cloned/);
  assert.deepEqual(
    told.map(([, isNew]) => isNew),
    told.map((_, i) => i === 0),
  );
});
