/**
 * Exemplars: from a bucket on an OpenMetrics page to the trace of an observation in it. A text page has no room for them
 * and is as it would be without.
 */
import type { LockManager } from 'lockmeter';
import type { HistogramDetail } from 'lockmeter/prometheus';
import type { Exemplar } from '../../../src/histogram.js';
import { isolatedManager } from '../../support/isolated.js';
import { startTracing, type TestTracing } from '../../support/spans.js';
import { turn } from '../../support/ticks.js';
import { CLIENT_NAMES, type ClientName, collected, speakOpenMetrics } from './collected.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const LINE = /^(\w+)\{le="([^"]+)",lock_name="([^"]+)",lock_backend="memory"\} (\d+) # \{(.*)\} (\S+) (\S+)$/gm;

/** The exemplars of a page. */
function exemplarsOf(page: string) {
  return Array.from(page.matchAll(LINE), ([, metric, le, lock, count, labels, value, timestamp]) => ({
    series: `${metric!.replace(/^lockmeter_|_duration_seconds_bucket$/g, '')} ${lock} ${le}`,
    count: Number(count),
    labels,
    value: Number(value),
    timestamp: Number(timestamp),
  }));
}

/** Observes and marks by hand what tracing marks on its own. */
function observe(manager: LockManager, value: number, more: Partial<Exemplar> = {}): void {
  const { wait } = manager.stats.for('inventory');
  wait.observe(value);
  wait.mark({ traceId: TRACE, spanId: SPAN, value, at: 1_700_000_000_250, ...more });
}

function openMetricsPage(client: ClientName, manager: LockManager, histograms?: HistogramDetail): Promise<string> {
  const { register, page } = collected(client, { manager, histograms });
  speakOpenMetrics(register);
  return page();
}

describe.each(CLIENT_NAMES)('%s', (client) => {
  test('a bucket shows the exemplar of its own observation, in seconds', async () => {
    const manager = isolatedManager();
    observe(manager, 42);
    observe(manager, 70_000, { spanId: '00f067aa0ba902b7', at: 1_700_000_001_000 });
    expect(exemplarsOf(await openMetricsPage(client, manager))).toEqual([
      {
        series: 'wait inventory 0.05',
        count: 1,
        labels: `trace_id="${TRACE}",span_id="${SPAN}"`,
        value: 0.042,
        timestamp: 1_700_000_000.25,
      },
      {
        series: 'wait inventory +Inf',
        count: 2,
        labels: `trace_id="${TRACE}",span_id="00f067aa0ba902b7"`,
        value: 70,
        timestamp: 1_700_000_001,
      },
    ]);
  });

  test('a coarse bucket shows the newest of those it is folded from', async () => {
    const manager = isolatedManager();
    observe(manager, 20, { at: 2_000 });
    observe(manager, 42, { at: 3_000 });
    observe(manager, 99, { at: 1_000 });
    expect(exemplarsOf(await openMetricsPage(client, manager, 'coarse'))).toMatchObject([
      { series: 'wait inventory 0.1', count: 3, value: 0.042, timestamp: 3 },
    ]);
  });

  test('without its exemplars the OpenMetrics page is what it was', async () => {
    const manager = isolatedManager();
    manager.stats.for('inventory').wait.observe(42);
    const before = await openMetricsPage(client, manager);
    observe(manager, 42);
    manager.stats.for('inventory').wait.counts.fill(0);
    manager.stats.for('inventory').wait.sum = 0;
    manager.stats.for('inventory').wait.observe(42);
    const after = await openMetricsPage(client, manager);
    expect(after).not.toBe(before);
    expect(after.replace(/ # .*/g, '')).toBe(before.replace(/ # .*/g, ''));
  });

  test('a text page has none', async () => {
    const manager = isolatedManager();
    observe(manager, 42);
    const page = await collected(client, { manager }).page();
    expect(page).toContain('lockmeter_wait_duration_seconds_bucket{le="0.05"');
    expect(page).not.toContain(TRACE);
  });

  test('ids longer than OpenMetrics allows are left out, and the sample stays', async () => {
    const manager = isolatedManager();
    const fits = 128 - 'trace_id'.length - 'span_id'.length - SPAN.length;
    observe(manager, 42, { traceId: 'f'.repeat(fits) });
    observe(manager, 420, { traceId: 'f'.repeat(fits + 1) });
    const page = await openMetricsPage(client, manager);
    expect(exemplarsOf(page).map(({ series }) => series)).toEqual(['wait inventory 0.05']);
    expect(page).toMatch(/le="0.5",lock_name="inventory",lock_backend="memory"\} 2\n/);
  });
});

describe('from real spans', () => {
  let tracing: TestTracing;
  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => tracing.stop());

  test('waits and holds lead to the spans that measured them', async () => {
    const manager = isolatedManager();
    await Promise.all(
      ['first', 'second'].map((name) => tracing.request(name, () => manager.run('inventory', () => turn()))),
    );
    const page = await openMetricsPage('prom-client', manager);
    const found = new Map(
      exemplarsOf(page).map(({ series, labels, value }) => [`${series.split(' ')[0]} ${labels}`, value]),
    );
    const idsOf = (name: string): string[] =>
      tracing.named(name).map((span) => {
        const { traceId, spanId } = span.spanContext();
        return `trace_id="${traceId}",span_id="${spanId}"`;
      });
    const [wait] = idsOf('lock.wait inventory');
    expect(found.get(`wait ${wait}`)).toBeGreaterThan(0);
    const holds = idsOf('lock.hold inventory').filter((ids) => found.has(`hold ${ids}`));
    expect(holds.length).toBeGreaterThanOrEqual(1);
    const shown = [...found.keys()].filter((key) => key.startsWith('hold'));
    expect(shown.sort()).toEqual(holds.map((ids) => `hold ${ids}`).sort());
  });

  test('each is in the bucket of its value', async () => {
    const manager = isolatedManager();
    for (let i = 0; i < 20; i++) {
      await Promise.all(
        [1, 2, 3].map((n) => tracing.request(`${i}.${n}`, () => manager.run('inventory', () => turn()))),
      );
    }
    const all = exemplarsOf(await openMetricsPage('prom-client', manager));
    expect(all.length).toBeGreaterThan(1);
    for (const { series, value } of all) {
      const le = series.split(' ').at(-1)!;
      expect([series, value <= (le === '+Inf' ? Infinity : Number(le))]).toEqual([series, true]);
    }
  });

  test('an operation outside of any trace leaves none', async () => {
    const manager = isolatedManager();
    await Promise.all([manager.run('inventory', () => turn()), manager.run('inventory', () => 1)]);
    expect(exemplarsOf(await openMetricsPage('prom-client', manager))).toEqual([]);
  });
});
