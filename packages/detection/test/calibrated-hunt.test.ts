import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  type Calibration,
  type Finding,
  createCalibratedHunt,
  DetectionError,
  type Json,
  parseTrafficLine,
  startCalibration,
  type Traffic,
} from '../src/index.ts';
import { own } from '../src/signals/account-signals.ts';
import type { Score } from '../src/score/score.ts';
import { benignLines, trafficLines } from './hunt-traffic.ts';
import { runDetector } from './run-detector.ts';

const ALPHA = 0.02;
const DAY_S = 86_400;

const parse = (lines: readonly string[]): Traffic[] => lines.map((line, i) => parseTrafficLine(line, i + 1));

function calibrate(benign: readonly Traffic[], seed = 7): Calibration {
  const calibrating = startCalibration({ seed });
  for (const exchange of benign) calibrating.observe(exchange);
  return calibrating.end();
}

/** Other accounts of one kind alone; of the benign accounts one in eight is of it. */
const ofKind = (kind: number): Traffic[] =>
  parse(benignLines(21, 600, 10)).filter(({ account }) => Number(account.slice(-3)) % 8 === kind);

const throughJson = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json;

describe('the calibrated hunt over traffic as it comes', () => {
  let benign: Traffic[];
  let traffic: Traffic[];
  let calibration: Calibration;
  before(() => {
    benign = parse(benignLines(11, 250, 10));
    traffic = parse(trafficLines(12));
    calibration = calibrate(benign);
  });
  const create = (alpha = ALPHA) => createCalibratedHunt({ alpha, calibration });

  test('a campaign is found, with its bound in words and examples that can be looked up', () => {
    const { findings } = runDetector(create(), traffic);
    const campaigns = findings.filter(({ kind }) => kind === 'campaign');
    const members = campaigns.flatMap(({ accounts }) => accounts);
    assert.ok(members.filter((name) => name.startsWith('campaign-')).length >= 9, members.join());
    for (const finding of findings) {
      assert.deepEqual(finding.accounts, [...finding.accounts].sort());
      assert.deepEqual([finding.bound.kind, finding.bound.alpha], ['alpha', ALPHA]);
      assert.match(finding.bound.statement, /^Calibrated on 250 benign accounts; the guarantee was held/);
      assert.match(finding.bound.statement, /at most 0\.02 in one watch of 10 days/);
      assert.ok(finding.signals.length > 0 && finding.against.length > 0);
      for (const { examples } of finding.signals) {
        for (const ref of examples) assert.ok(finding.accounts.includes(traffic[ref - 1]?.account ?? ''));
      }
    }
  });

  test('a snapshot at any place goes on as what it was taken of, and does not change with it', () => {
    const another = calibrate(benign);
    // Beside the second, benign accounts rise.
    for (const exchanges of [traffic, ofKind(2)]) {
      const whole = runDetector(create(), exchanges);
      const end = JSON.stringify(create().snapshot(whole.state));
      for (const at of [0, 1, 100, 390, exchanges.length - 3]) {
        const first = runDetector(create(), exchanges.slice(0, at));
        const snapshot = throughJson(create().snapshot(first.state));
        const text = JSON.stringify(snapshot);
        runDetector(create(), exchanges.slice(at), first.state);
        // Another detector over the same calibration, as after a restart.
        const again = createCalibratedHunt({ alpha: ALPHA, calibration: another });
        const rest = runDetector(again, exchanges.slice(at), again.restore(snapshot));
        assert.equal(JSON.stringify(snapshot), text);
        assert.deepEqual([...first.findings, ...rest.findings], whole.findings, `from ${at}`);
        assert.equal(JSON.stringify(again.snapshot(rest.state)), end, `from ${at}`);
        assert.deepEqual(rest.state.benign, whole.state.benign, `from ${at}`);
      }
    }
  });

  test('what was spoken of is not spoken of again in the next watch, and nothing else is kept of the last', () => {
    const later = traffic.map((exchange) => ({ ...exchange, time: exchange.time + 11 * DAY_S }));
    const hunt = create();
    const once = runDetector(hunt, traffic);
    const accounts = (findings: readonly Finding[]) => new Set(findings.flatMap((each) => each.accounts));
    const known = accounts(once.findings);
    const twice = runDetector(hunt, later, once.state);
    assert.equal(twice.state.watch.start, later[0]?.time);
    for (const { accounts: named } of twice.findings) assert.ok(named.some((name) => !known.has(name)));
    assert.ok(twice.state.named.size > 0, 'they are named in it all the same');
  });

  test('one account more than are watched is not watched, and the snapshot stays small', () => {
    const hunt = createCalibratedHunt({ alpha: ALPHA, calibration, accountsMax: 5 });
    const { state, findings } = runDetector(hunt, traffic);
    assert.equal(state.watch.accounts.size, 5);
    assert.deepEqual(findings, []);
    assert.ok(JSON.stringify(hunt.snapshot(state)).length < 200_000);
  });

  test('a snapshot of another alpha or calibration is refused', () => {
    const snapshot = create().snapshot(create().initial());
    const others = [
      create(0.05),
      createCalibratedHunt({ alpha: ALPHA, calibration: calibrate(benign.slice(1)) }),
    ];
    for (const other of others) {
      assert.throws(
        () => other.restore(snapshot),
        (error) => error instanceof DetectionError && error.code === 'snapshot_mismatch',
      );
    }
    assert.notEqual(create().digest(), others[0]?.digest());
    assert.equal(
      create().digest(),
      createCalibratedHunt({ alpha: ALPHA, calibration: calibrate(benign) }).digest(),
    );
  });

  test('with fewer benign accounts than alpha needs, or no benign traffic, the guarantee is suspended and nobody is named', () => {
    const few = createCalibratedHunt({ alpha: 0.005, calibration });
    const { state, findings } = runDetector(few, traffic);
    assert.deepEqual(findings, []);
    assert.equal(few.guaranteeOf(state).guarantee, 'suspended');
    assert.match(few.guaranteeOf(state).reasons.join(), /at least 399 benign accounts .* there are 250/);
    const none = createCalibratedHunt({ alpha: ALPHA, calibration: calibrate([]) });
    assert.deepEqual(runDetector(none, traffic).findings, []);
    assert.match(none.guaranteeOf(none.initial()).reasons.join(), /less than a day/);
    assert.deepEqual(create().guaranteeOf(create().initial()), { guarantee: 'held', reasons: [] });
  });

  /** By another score, in one watch. Nobody may be named while the guarantee is suspended. */
  function reasonsAfter(exchanges: readonly Traffic[], linked: Score['linked']): string {
    const score = { alone: () => Number.NEGATIVE_INFINITY, linked };
    const hunt = createCalibratedHunt({ alpha: ALPHA, calibration: { ...calibration, score } });
    let state = hunt.initial();
    for (const exchange of exchanges) {
      const stepped = hunt.step(state, exchange);
      state = stepped.state;
      assert.ok(hunt.guaranteeOf(state).guarantee === 'held' || stepped.findings.length === 0);
    }
    return hunt.guaranteeOf(state).reasons.join();
  }

  test('use that has changed as a whole suspends the guarantee, and nobody is named from then on', () => {
    const others = parse(benignLines(21, 600, 10));
    const counts = new Map<string, number>();
    for (const { account } of others) counts.set(account, (counts.get(account) ?? 0) + 1);
    // Whoever is looked at has 8 to 19 exchanges, evenly: the upper part by volume, and not the top.
    const isBusy = ({ account }: Traffic) => [16, 17, 18].includes(counts.get(account) ?? 0);
    const byVolume: Score['linked'] = (signals) => 100 + (signals[own.rate] as number);
    assert.match(reasonsAfter(others.filter(isBusy), byVolume), /^The traffic is unlike the benign accounts/);
    assert.equal(reasonsAfter(others.slice(0, 2000), byVolume), '');
  });

  test('a watch whose looks have used up alpha names nobody more, and says so', () => {
    // Each look has others stand higher than anybody did before.
    let calls = 0;
    const byAccident: Score['linked'] = (signals) =>
      ++calls * (2 + Math.sin(1e5 * (signals[own.rate] as number)));
    const reasons = reasonsAfter(parse(benignLines(21, 100, 10)), byAccident);
    assert.match(reasons, /^The looks of this watch have used up what alpha allows/);
  });
});

test('benign files that begin long before most of their accounts suspend the guarantee from the start', () => {
  const [first, ...others] = parse(benignLines(11, 250, 10)) as [Traffic, ...Traffic[]];
  const early = { ...first, account: 'early', time: first.time - 100 * DAY_S };
  const late = createCalibratedHunt({ alpha: ALPHA, calibration: calibrate([early, first, ...others]) });
  assert.match(
    late.guaranteeOf(late.initial()).reasons.join(),
    /^Of 251 benign accounts 250 begin in the last quarter/,
  );
  const sound = createCalibratedHunt({ alpha: ALPHA, calibration: calibrate([first, ...others]) });
  assert.equal(sound.guaranteeOf(sound.initial()).guarantee, 'held');
});

test('a wrong alpha or seed is refused', () => {
  assert.throws(() => createCalibratedHunt({ alpha: 1, calibration: calibrate([]) }), DetectionError);
  assert.throws(() => startCalibration({ seed: -1 }), DetectionError);
});
