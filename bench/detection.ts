/**
 * How many short exchanges a second one core takes through the shared-template detector, and how large its state gets.
 * By hand: `node --conditions=portcullis-source bench/detection.ts [exchanges] [accounts]`
 */
import { createSharedTemplates } from '@portcullis/detection';
import { createSeededRandom } from '../packages/detection/test/seeded-random.ts';
import { campaign, chatUser, supportBot, weave } from '../packages/detection/test/synthetic-traffic.ts';

const exchanges = Number(process.argv[2] ?? 200_000);
const accounts = Number(process.argv[3] ?? 5_000);
const random = createSeededRandom(1);

const perAccount = Math.max(1, Math.floor((exchanges * 0.85) / accounts));
const streams = [
  ...Array.from({ length: accounts }, (_, i) => chatUser(`chat-${i}`, random, perAccount)),
  ...Array.from({ length: 5 }, (_, i) => supportBot(`bot-${i}`, random, Math.floor(exchanges * 0.02))),
  ...campaign(random, 100, Math.floor(exchanges * 0.0005)),
];
const traffic = weave(streams, random);
const meanUnits = traffic.reduce((sum, exchange) => sum + exchange.prompt.length, 0) / traffic.length;

const detector = createSharedTemplates();
let state = detector.initial();
let findings = 0;
let slowestMs = 0;
const heapBefore = process.memoryUsage().heapUsed;
const started = performance.now();
for (const exchange of traffic) {
  const before = performance.now();
  const result = detector.step(state, exchange);
  slowestMs = Math.max(slowestMs, performance.now() - before);
  state = result.state;
  findings += result.findings.length;
}
const seconds = (performance.now() - started) / 1000;
globalThis.gc?.();
const heapMb = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;

const snapshotStarted = performance.now();
const snapshotMb = JSON.stringify(detector.snapshot(state)).length / 2 ** 20;
const snapshotMs = performance.now() - snapshotStarted;

console.log(
  `exchanges        ${traffic.length} of ${streams.length} accounts, ${meanUnits.toFixed(0)} units a prompt`,
);
console.log(`a second a core  ${Math.round(traffic.length / seconds)}`);
console.log(`slowest step     ${slowestMs.toFixed(1)} ms`);
console.log(`findings         ${findings}`);
console.log(
  `heap             ${heapMb.toFixed(0)} MiB${globalThis.gc ? '' : ' (with --expose-gc: after collection)'}`,
);
console.log(`snapshot         ${snapshotMb.toFixed(0)} MiB of JSON in ${snapshotMs.toFixed(0)} ms`);
