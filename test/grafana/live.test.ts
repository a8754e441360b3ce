/**
 * The proof on a real Prometheus: the scenario runs for two thirds of a minute and is scraped once a second; then every
 * query of every dashboard and every recording rule must have an answer, and the figures must be what the stopwatches of the
 * scenario say. One run serves all the tests.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Bounds, countEndings, heldTime, queued, queuedTime } from '../../examples/scenario/ledger-figures.js';
import { LOCK } from '../../examples/scenario/lock-names.js';
import { CHECKOUT_ROUND } from '../../examples/scenario/script.js';
import { readDashboards } from '../../grafana/live/dashboards.js';
import { type LiveRun, startLiveRun } from '../../grafana/live/live-run.js';
import { panelQueries } from '../../grafana/live/panel-queries.js';
import { valuesIn } from '../../grafana/live/read-data.js';
import { METRIC_KEYS, METRIC_PREFIX, METRICS } from '../../src/telemetry/names.js';
import { debianTool } from '../support/debian-tool.js';
import { Evidence } from './live-evidence.js';

const DASHBOARDS = readDashboards(new URL('../../grafana/dashboards/', import.meta.url));
const RULES = readFileSync(new URL('../../grafana/rules/lockmeter.rules.yml', import.meta.url), 'utf8');
const RECORDS = [...RULES.matchAll(/- record: (\S+)/g)].map(([, name]) => name!);

let evidence: Evidence;
let run: LiveRun;

beforeAll(async () => {
  run = await startLiveRun(await debianTool('prometheus', 'prometheus'), RULES);
  evidence = await Evidence.gather(run, DASHBOARDS);
}, 300_000);

afterAll(() => run?.stop(), 30_000);

const of = (lock: string): string => `{lock_name="${lock}"}`;

/** Whether `value` is what it should be but for this share of it. */
function expectWithin(share: number, value: number, truth: number): void {
  expect(Math.abs(value - truth)).toBeLessThanOrEqual(share * Math.abs(truth));
}

/** Whether `value` is within the bounds but for 3 %. */
function expectBetween(value: number, { least, most }: Bounds): void {
  expect(value).toBeGreaterThanOrEqual(0.97 * least);
  expect(value).toBeLessThanOrEqual(1.03 * most);
}

test('the window is scraped once a second, and lies inside the load', () => {
  const { scrapes, seconds } = evidence.counted;
  // A machine that is busy may miss one.
  expect(scrapes).toBeGreaterThanOrEqual(seconds - 3);
  expect(evidence.first.began * 1e3).toBeGreaterThan(run.scenario.startedAt + CHECKOUT_ROUND);
  for (const lock of Object.values(LOCK)) expect(evidence.answered(lock).length).toBeGreaterThan(5);
});

describe('every query of every panel has an answer', () => {
  const queries = DASHBOARDS.flatMap(panelQueries);
  const answers = ({ dashboard, panelId, refId }: { dashboard: string; panelId: number; refId: string }) =>
    evidence.panels.filter(
      (panel) => panel.dashboard === dashboard && panel.panelId === panelId && panel.refId === refId,
    );

  test('there are dashboards and queries', () => {
    expect(DASHBOARDS.length).toBeGreaterThanOrEqual(2);
    expect(queries.length).toBeGreaterThan(40);
  });

  test.each(queries.map((query) => [`${query.dashboard}: ${query.panelTitle} ${query.refId}`, query] as const))(
    '%s',
    (_name, query) => {
      const found = answers(query);
      expect(found).toHaveLength(1);
      const values = valuesIn(found[0]!.result).map(({ value }) => value);
      expect(values.filter((value) => !Number.isNaN(value))).not.toEqual([]);
      if (values.some(Number.isNaN)) expect(query.panelDescription).toMatch(/\bgaps?\b/i);
    },
  );
});

describe('the rules', () => {
  test.each(RECORDS)('%s has a value', async (record) => {
    const values = valuesIn(await run.prometheus.api.query(record, Date.now() / 1e3));
    expect(values.filter(({ value }) => !Number.isNaN(value))).not.toEqual([]);
  });

  test('all of them are evaluated without an error', async () => {
    const rules = (await run.prometheus.api.rules()).groups.flatMap((group) => group.rules);
    expect(rules.filter(({ type }) => type === 'recording').map(({ name }) => name)).toEqual(RECORDS);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  test('the locks that fail, and no others, are about to raise the alarm', async () => {
    const pending = await run.prometheus.api.query('ALERTS{alertname="LockmeterAcquireFailing"}', Date.now() / 1e3);
    const names = valuesIn(pending).map(({ labels }) => labels.lock_name);
    expect(names.sort()).toEqual([LOCK.checkout, LOCK.priceImport].sort());
  });
});

describe('the page', () => {
  test('is accepted by promtool', async () => {
    const promtool = await debianTool('promtool', 'prometheus');
    const page = await (await fetch(`http://127.0.0.1:${run.scenario.port}/metrics`)).text();
    // What Node itself exports is not ours to name.
    const ours = page.split(/^(?=# HELP )/m).filter((family) => family.startsWith(`# HELP ${METRIC_PREFIX}`));
    expect(ours).toHaveLength(METRIC_KEYS.length);
    const checked = spawnSync(promtool, ['check', 'metrics'], { input: ours.join(''), encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('promtool does look at it', async () => {
    const promtool = await debianTool('promtool', 'prometheus');
    const checked = spawnSync(promtool, ['check', 'metrics'], {
      input: '# TYPE lockmeter_bad counter\nlockmeter_bad 1\n',
      encoding: 'utf8',
    });
    expect(checked.status).not.toBe(0);
    expect(checked.stdout + checked.stderr).toContain('lockmeter_bad');
  });

  test.each(METRIC_KEYS)('%s is known to Prometheus with its type', async (key) => {
    const { name, type, help } = METRICS[key];
    // OpenMetrics calls the family of a counter by its name without the suffix.
    const family = METRIC_PREFIX + (type === 'counter' ? name.replace(/_total$/, '') : name);
    expect((await run.prometheus.api.metadata())[family]).toEqual([{ type, help, unit: '' }]);
  });
});

describe('the lock at a driver', () => {
  const growth = (metric: string, by = ''): Promise<number> =>
    evidence.ask(`sum(increase(lockmeter_${metric}{lock_backend="custom"${by}}[window]))`);

  test('its leases are renewed, and some are lost', async () => {
    expect(await growth('lease_renewals_total', ',lock_result="ok"')).toBeGreaterThan(50);
    expect(await growth('lease_lost_total')).toBeGreaterThanOrEqual(2);
    expect(await evidence.ask('sum(increase(lockmeter_lease_lost_total{lock_backend="memory"}[window]))')).toBe(0);
  });

  test.each(['acquire', 'renew', 'release'])('round trips of %s are counted', async (operation) => {
    expect(await growth('backend_duration_seconds_count', `,lock_operation="${operation}"`)).toBeGreaterThan(30);
  });

  test('it is in the panels of the row Distributed', () => {
    const lost = evidence.panels.filter(({ panelTitle }) => panelTitle === 'Lost leases');
    const named = lost.flatMap(({ result }) => valuesIn(result).map(({ labels }) => labels.lock_name));
    expect(named).toContain(LOCK.settlement);
  });
});

describe('exemplars', () => {
  test.each(['wait', 'hold'])(
    'of %s lead to real spans, those of waits and holds to spans of that lock',
    async (what) => {
      const { scenario, prometheus } = run;
      const metric = `${METRIC_PREFIX}${what}_duration_seconds_bucket`;
      const series = await prometheus.api.exemplars(metric, evidence.first.began, Date.now() / 1e3);
      expect(series.map(({ seriesLabels }) => seriesLabels.lock_name)).toContain(LOCK.checkout);
      for (const { seriesLabels, exemplars } of series) {
        for (const { labels, value } of exemplars) {
          const { trace_id: traceId = '', span_id: spanId = '' } = labels;
          const spans = scenario.traces!.trace({ traceId, spanId })?.spans ?? [];
          const span = spans.find((each) => each.spanId === spanId);
          expect(span).toBeDefined();
          // Who did not have to queue has no span of the lock for it: there it is the caller's own. At a driver it has waited
          // all the same, for the answer.
          const ofCaller = seriesLabels.lock_backend !== 'memory' && span!.name.startsWith('job ');
          if (Number(value) > 0 && !ofCaller) expect(span!.attributes['lock.name']).toBe(seriesLabels.lock_name);
          expect(Number(value)).toBeLessThanOrEqual(Number(seriesLabels.le!.replace('+Inf', 'Infinity')));
        }
      }
    },
  );
});

describe('the figures are right', () => {
  const locks = Object.values(LOCK);
  /** All but the idle one, whose few milliseconds say nothing about 3 %. */
  const busy = [LOCK.inventory, LOCK.checkout, LOCK.cart, LOCK.priceImport];

  test.each(busy)('time held of %s is what its bodies took', async (lock) => {
    const grown = await evidence.growth(`lockmeter_held_time_seconds_total${of(lock)}`);
    expectBetween(grown, evidence.trueGrowth(evidence.attempts(lock), heldTime));
  });

  test('the healthy lock is busy about 60 % of the time, and the idle one hardly ever', async () => {
    const utilisation = (lock: string) =>
      evidence.ask(`rate(lockmeter_held_time_seconds_total${of(lock)}[window]) / lockmeter_permits`);
    expect(await utilisation(LOCK.inventory)).toBeGreaterThan(0.55);
    expect(await utilisation(LOCK.inventory)).toBeLessThan(0.85);
    expect(await utilisation(LOCK.config)).toBeLessThan(0.02);
  });

  test('a stuck lock is busy all the time, which its holds that ended do not say', async () => {
    const { priceImport } = LOCK;
    expect(await evidence.ask(`rate(lockmeter_held_time_seconds_total${of(priceImport)}[window])`)).toBeCloseTo(1, 2);
    expect(await evidence.ask(`rate(lockmeter_hold_duration_seconds_sum${of(priceImport)}[window])`)).toBe(0);
  });

  test('the age of the stuck hold grows from scrape to scrape, and is its age', async () => {
    const ages = await evidence.samples(`lockmeter_holder_age_seconds${of(LOCK.priceImport)}`);
    const { asked, answered } = evidence.attempts(LOCK.priceImport)[0]!;
    for (const { value, from, to } of ages) {
      expect(answered! / 1e3 + value).toBeGreaterThanOrEqual(from);
      expect(asked / 1e3 + value).toBeLessThanOrEqual(to);
    }
    const values = ages.map(({ value }) => value);
    expect(values).toHaveLength(evidence.counted.scrapes);
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
  });

  // Those whose waits are long against what lies between two lines of code.
  test.each([LOCK.checkout, LOCK.cart, LOCK.priceImport])(
    'time lost waiting for %s is what its callers waited',
    async (lock) => {
      const grown = await evidence.growth(`lockmeter_queued_time_seconds_total${of(lock)}`);
      expectBetween(grown, evidence.trueGrowth(queued(evidence.attempts(lock)), queuedTime));
    },
  );

  test.each(locks)('queue depth of %s is the number of callers who wait, at every scrape', async (lock) => {
    const depths = await evidence.samples(`lockmeter_queue_depth${of(lock)}`);
    expect(depths).toHaveLength(evidence.counted.scrapes);
    for (const { value, from, to } of depths) expect(evidence.waitersDuring(lock, from, to)).toContain(value);
  });

  test.each([LOCK.inventory, LOCK.checkout, LOCK.cart])('contention of %s is the share that queued', async (lock) => {
    const ratio = await evidence.ask(
      `rate(lockmeter_contended_total${of(lock)}[window]) / on (lock_name) sum by (lock_name) (rate(lockmeter_acquisitions_total${of(lock)}[window]))`,
    );
    const answered = evidence.answered(lock);
    expectWithin(0.05, ratio, queued(answered).length / answered.length);
  });

  test("Little's law gives the mean wait of the histogram, and of the stopwatches", async () => {
    const lock = of(LOCK.checkout);
    const little = await evidence.ask(
      `sum(rate(lockmeter_queued_time_seconds_total${lock}[window])) / sum(rate(lockmeter_acquisitions_total${lock}[window]))`,
    );
    const mean = await evidence.ask(
      `rate(lockmeter_wait_duration_seconds_sum${lock}[window]) / rate(lockmeter_wait_duration_seconds_count${lock}[window])`,
    );
    const answered = evidence.answered(LOCK.checkout);
    expectWithin(0.01, little, mean);
    const { least, most } = queuedTime(queued(answered), 0, Infinity);
    expectBetween(mean * 1e3 * answered.length, { least, most });
  });

  test.each(locks)('every outcome of %s is counted exactly once', async (lock) => {
    const { api } = run.prometheus;
    const counters = valuesIn(await api.query(`lockmeter_acquisitions_total${of(lock)}`, Date.now() / 1e3));
    const counts = Object.fromEntries(counters.map(({ labels, value }) => [labels.lock_outcome, value]));
    expect(counts).toEqual({ ...countEndings(evidence.attempts(lock)), busy: 0, error: 0 });
  });

  test('the scenario brings about every end there is', () => {
    const counts = countEndings(evidence.attempts(LOCK.checkout));
    for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(5);
  });

  test('when everybody has gone, the counters are the sums of the histograms', async () => {
    for (const lock of [LOCK.inventory, LOCK.checkout, LOCK.cart, LOCK.config]) {
      for (const [counter, histogram] of [
        ['held_time', 'hold_duration'],
        ['queued_time', 'wait_duration'],
      ]) {
        const counted = await evidence.askNow(`lockmeter_${counter}_seconds_total${of(lock)}`);
        expect(counted).toBeCloseTo(await evidence.askNow(`lockmeter_${histogram}_seconds_sum${of(lock)}`), 6);
      }
      expect(await evidence.askNow(`lockmeter_locked${of(lock)} + lockmeter_queue_depth${of(lock)}`)).toBe(0);
    }
  });
});
