import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { approximateLoss, delta, epsilon } from '@portcullis/privacy';
import { Ajv } from 'ajv';
import { readReservation } from '../projections/budgets-projection.ts';
import type { ServerError } from '../server-error.ts';
import type { Disclosure } from './disclosure.ts';
import { createReports } from './reports.ts';
import { createReportWorld, REPORT_BOUNDS } from './test/report-world.ts';

const ASKED = { period: '2026-10..2026-11', epsilon: '1', delta: '1e-6' };

const SCHEMA = new URL('../../../../docs/transparency-report.schema.json', import.meta.url);
const fitsSchema = new Ajv({ strict: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

const refused = (code: ServerError['code'], message?: RegExp) => (error: unknown) => {
  const { code: found, message: said } = error as ServerError;
  assert.equal(found, code, String(error));
  if (message !== undefined) assert.match(said, message);
  return true;
};

type World = Awaited<ReturnType<typeof createReportWorld>>;
const spends = (world: World) => world.entries('budget.spent');
const reservations = (world: World) => world.entries('budget.reserved');
/** A server that starts anew on the same ledger. */
const startAnew = (world: World) => createReports(world.ports);

suite('a report', () => {
  test('is on the ledger before it is given, and again it is the same, byte for byte, for nothing', async () => {
    const world = await createReportWorld();
    const first = await world.reports.publish(ASKED, 'admin');
    const size = world.ledger.entries.length;
    assert.deepEqual([first.isNew, reservations(world).length, spends(world).length], [true, 1, 1]);
    for (const ask of [
      () => world.reports.publish({ ...ASKED, epsilon: '1.0', delta: '0.000001' }, 'grace'),
      () => startAnew(world).publish(ASKED, 'admin'),
      () => startAnew(world).show(first.report),
    ]) {
      const again = await ask();
      assert.deepEqual(again, { ...first, isNew: false });
    }
    assert.equal(world.ledger.entries.length, size);
    const other = await world.reports.publish({ ...ASKED, epsilon: '1/2' }, 'admin');
    assert.notEqual(other.report, first.report);
    assert.deepEqual(
      await world.reports.show(first.report),
      { ...first, isNew: false },
      'later reports change it',
    );
    world.stop();
  });

  test('other bounds and a lower limit change nothing of what was published, and are those of the next', async () => {
    const world = await createReportWorld();
    const first = await world.reports.publish(ASKED, 'admin');
    const size = world.ledger.entries.length;
    const changed = createReports({
      ...world.ports,
      bounds: () => ({ ...REPORT_BOUNDS, exchanges: 7 }),
      limit: () => approximateLoss(epsilon('0.5'), delta('1e-7')),
    });
    assert.deepEqual(await changed.publish(ASKED, 'admin'), { ...first, isNew: false });
    assert.equal(world.ledger.entries.length, size);
    const asked = { ...ASKED, epsilon: '0.1', delta: '1e-8' };
    await assert.rejects(changed.publish(asked, 'admin'), refused('budget-exhausted', /left ε = 0, /));
    const other = await changed.publish({ ...asked, period: '2026-09' }, 'admin');
    assert.equal(other.disclosure.tables[0]?.bound, 7);
    assert.equal(other.disclosure.privacy.budgets[0]?.limit.epsilon, 0.5);
    world.stop();
  });

  test('two at once are one, and two that are too much together are one and a refusal', async () => {
    const world = await createReportWorld();
    const [one, same] = await Promise.all([
      world.reports.publish(ASKED, 'admin'),
      world.reports.publish(ASKED, 'admin'),
    ]);
    assert.deepEqual(one.disclosure, same.disclosure);
    assert.equal(reservations(world).length, 1);
    const asked = ['1.9', '1.8', '1.7'].map((epsilon) =>
      world.reports.publish({ ...ASKED, period: '2026-11', epsilon }, 'admin'),
    );
    const settled = await Promise.allSettled(asked);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const each of settled) if (each.status === 'rejected') refused('budget-exhausted')(each.reason);
    world.stop();
  });

  test('beyond the budget is refused with what is left and when there is more, and leaves no trace', async () => {
    const world = await createReportWorld();
    await world.reports.publish({ ...ASKED, epsilon: '2.5' }, 'admin');
    const size = world.ledger.entries.length;
    const sentence =
      /^The budget of 2026-11 is ε = 3, δ = 1\/100000: spent ε = 5\/2, δ = 1\/1000000; asked ε = 3\/5, .* left ε = 1\/2, .*\. Data from 2026-12-01T00:00:00\.000Z on has a budget of its own\.$/;
    await assert.rejects(
      world.reports.publish({ ...ASKED, period: '2026-11', epsilon: '0.6' }, 'admin'),
      refused('budget-exhausted', sentence),
    );
    assert.equal(world.ledger.entries.length, size);
    await world.reports.publish({ ...ASKED, period: '2026-09', epsilon: '3' }, 'admin');
    world.stop();
  });

  test('is of months that are over, or says that it is not', async () => {
    const world = await createReportWorld({ now: '2026-11-26T10:00:00.000Z' });
    const november = { ...ASKED, period: '2026-11' };
    await assert.rejects(world.reports.publish(november, 'admin'), refused('bad-request', /not over/));
    await assert.rejects(
      world.reports.publish({ ...ASKED, period: '2026-12' }, 'admin'),
      refused('bad-request', /has not begun/),
    );
    const soFar = await world.reports.publish({ ...november, soFar: true }, 'admin');
    assert.deepEqual(soFar.disclosure.period, {
      from: '2026-11',
      to: '2026-11',
      until: '2026-11-26T10:00:00.000Z',
      isOver: false,
    });
    assert.match(soFar.page, /2026-11, so far/);
    world.setNow('2026-12-01T00:00:00.000Z');
    await assert.rejects(
      world.reports.publish({ ...november, soFar: true }, 'admin'),
      refused('bad-request', /is over/),
    );
    const whole = await world.reports.publish(november, 'admin');
    assert.equal(whole.isNew, true);
    assert.equal(whole.disclosure.privacy.budgets[0]?.spent.epsilon, 2, 'the whole month is another release');
    world.stop();
  });

  test('asks for what can be had', async () => {
    const world = await createReportWorld();
    for (const [more, message] of [
      [{ epsilon: '0' }, /above 0/],
      [{ epsilon: '-1' }, /negative/],
      [{ epsilon: 'NaN' }, /can not be read/],
      [{ delta: '0' }, /above 0/],
      [{ delta: '1' }, /promises nothing/],
      [{ delta: '1e-300' }, /digits/],
      [{ epsilon: '1e-9', delta: '1e-70' }, /can be told|digits/],
      [{ unit: 'person' }, /account-month, account/],
      [{ period: '2026' }, /Write the period/],
    ] as const)
      await assert.rejects(
        world.reports.publish({ ...ASKED, ...more }, 'admin'),
        refused('bad-request', message),
      );
    assert.equal(reservations(world).length, 0);
    const years = await world.reports.publish({ ...ASKED, period: '2025-06..2026-11' }, 'admin');
    assert.equal(years.disclosure.tables[0]?.months.length, 18, 'the longest period fits an entry');
    world.stop();
  });
});

suite('a report that was cut off', () => {
  test('stays spent, is refused, and is paid for anew only where that is asked for', async () => {
    const world = await createReportWorld();
    const fault: { text?: string } = { text: 'The ledger’s thread ended.' };
    const broken = createReports({
      ...world.ports,
      appender: {
        append: async (item) =>
          item.entry.type === 'budget.spent' && fault.text !== undefined
            ? Promise.reject(new Error(fault.text))
            : world.ledger.append(item),
      },
    });
    await assert.rejects(broken.publish(ASKED, 'admin'), refused('ledger-refused', /Nothing is released/));
    const [reserved] = reservations(world);
    assert.equal(readReservation(world.store.db, reserved?.reservation ?? '')?.spentIndex, null);
    delete fault.text;
    await assert.rejects(
      broken.publish(ASKED, 'admin'),
      refused('conflict', /cut off.*stays spent.*--again/),
    );
    assert.deepEqual(
      spends(world).map(({ release }) => release),
      [null],
    );
    await assert.rejects(world.reports.show(reserved?.reservation ?? ''), refused('conflict'));
    const again = await broken.publish({ ...ASKED, again: true }, 'admin');
    assert.equal(again.report, `${reserved?.reservation}.2`);
    assert.deepEqual(again.disclosure.privacy.lifetime.cutOff, 1);
    assert.equal(again.disclosure.privacy.budgets[0]?.spent.epsilon, 2);
    const same = await broken.publish({ ...ASKED, again: true }, 'admin');
    assert.deepEqual([same.report, same.isNew], [again.report, false], 'what is there is not paid for again');
    const { reports, budgets } = await world.reports.list();
    assert.deepEqual(
      reports.map(({ state }) => state),
      ['published', 'cut_off'],
    );
    assert.deepEqual(
      budgets.map(({ month, left }) => [month, left.epsilon]),
      [
        ['2026-10', 1],
        ['2026-11', 1],
        ['2026-12', 3],
      ],
    );
    world.stop();
  });

  test('is ended by the next start', async () => {
    const world = await createReportWorld();
    const broken = createReports({
      ...world.ports,
      appender: {
        append: async (item) =>
          item.entry.type === 'budget.spent' ? new Promise(() => {}) : world.ledger.append(item),
      },
    });
    void broken.publish(ASKED, 'admin').catch(() => {});
    while (reservations(world).length === 0) await new Promise((done) => setImmediate(done));
    await world.store.reached(world.ledger.entries.length - 1);
    await startAnew(world).start();
    assert.deepEqual(
      spends(world).map(({ release_sha256: digest }) => digest),
      [null],
    );
    world.stop();
  });
});

suite('what a report says', () => {
  const published = async (more: object = {}, prepare?: (world: World) => Promise<void>) => {
    const world = await createReportWorld();
    await prepare?.(world);
    const files = await world.reports.publish({ ...ASKED, ...more }, 'admin');
    return { world, ...files };
  };

  test('is exact counts with noise of the variance that it states, in zeros and rare kinds too', async () => {
    const { world, disclosure } = await published({ period: '2025-06..2026-11' }, (each) =>
      each.exchange('acme', '2026-11-10T00:00:00.000Z', 5),
    );
    let squares = 0;
    let count = 0;
    for (const { months, standardDeviation } of disclosure.tables)
      for (const { values } of months)
        for (const value of values) {
          squares += (value / standardDeviation) ** 2;
          count += 1;
        }
    assert.equal(count, 18 * 23);
    // Exact counts are next to nothing here. Seven standard deviations of the mean square: (2 / 414)^(1/2) · 7.
    assert.ok(Math.abs(squares / count - 1) < 0.49, String(squares / count));
    world.stop();
  });

  test('fits the schema, whatever the unit, and a field that is missing or added does not', async () => {
    for (const more of [{}, { unit: 'account' }, { period: '2026-11' }]) {
      const { world, disclosure } = await published(more);
      assert.ok(fitsSchema(disclosure), JSON.stringify(fitsSchema.errors));
      for (const name of Object.keys(disclosure.privacy)) {
        const { [name as keyof Disclosure['privacy']]: _left, ...privacy } = disclosure.privacy;
        assert.ok(!fitsSchema({ ...disclosure, privacy }), `${name} may be missing`);
      }
      assert.ok(!fitsSchema({ ...disclosure, more: 1 }));
      world.stop();
    }
  });

  test('is what the ledger has, and its digest', async () => {
    const { world, disclosure } = await published();
    const [entry] = spends(world);
    assert.ok(entry?.release !== undefined && entry.release !== null);
    const digest = createHash('sha256').update(entry.release).digest('hex');
    assert.deepEqual([entry.release_sha256, disclosure.ledger.releaseSha256], [digest, digest]);
    const release = JSON.parse(entry.release) as { tables: { values: number[][] }[] };
    assert.deepEqual(
      disclosure.tables.map(({ months }) => months.map(({ values }) => values)),
      release.tables.map(({ values }) => values),
    );
    const kinds = world.ledger.entries.map(({ entry: { type } }) => type);
    assert.ok(kinds.indexOf('budget.reserved') < kinds.indexOf('budget.spent'));
    world.stop();
  });

  test('an account in both months loses twice what an account-month does, and once where it is the unit', async () => {
    const month = await published();
    assert.deepEqual(month.disclosure.privacy.wholeAccount, { epsilon: 2, delta: 2e-6 });
    assert.deepEqual(month.disclosure.privacy.lifetime.account, { epsilon: 2, delta: 2e-6 });
    month.world.stop();
    const account = await published({ unit: 'account' });
    const { privacy, tables } = account.disclosure;
    assert.deepEqual(
      [privacy.wholeAccount, privacy.lifetime.account],
      [
        { epsilon: 1, delta: 1e-6 },
        { epsilon: 1, delta: 1e-6 },
      ],
    );
    const ratio = (tables[0]?.standardDeviation ?? 0) / (month.disclosure.tables[0]?.standardDeviation ?? 1);
    assert.ok(Math.abs(ratio - Math.SQRT2) < 1e-3, String(ratio));
    account.world.stop();
  });

  test('no index of an entry is published: it counts what the gate has recorded', async () => {
    const { world, page, csv, disclosure, entries } = await published({}, async (each) => {
      await each.exchange('acme', '2026-11-10T00:00:00.000Z', 3600);
    });
    assert.ok(entries.reserved >= 7200 && entries.spent === entries.reserved + 1);
    // Noise may come out as any number, so values are left out of the search.
    const told = JSON.stringify({ ...disclosure, tables: [] });
    for (const index of [entries.reserved, entries.spent, entries.spent + 1])
      assert.doesNotMatch(told, new RegExp(`\\b${index}\\b`));
    assert.doesNotMatch(page, /[Ee]ntry \d/);
    assert.doesNotMatch(csv.split('\r\n')[0] ?? '', /entry|index/);
    world.stop();
  });

  test('the profile falls, and holds delta at epsilon', async () => {
    const { world, disclosure } = await published();
    const { profile, loss, lifetime } = disclosure.privacy;
    for (const [at, { delta }] of profile.entries())
      assert.ok(at === 0 || delta < (profile[at - 1]?.delta ?? 0));
    const own = profile.find(({ epsilon }) => epsilon === loss.epsilon);
    assert.ok(
      own !== undefined && own.delta <= loss.delta && own.delta > 0.99 * loss.delta,
      String(own?.delta),
    );
    assert.ok(lifetime.accountMonthTight.epsilon <= lifetime.accountMonth.epsilon);
    world.stop();
  });
});
