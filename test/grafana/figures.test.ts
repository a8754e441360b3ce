/** The figures mean what the panels say: Prometheus itself (promtool) evaluates the queries over series made up here. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Queries } from '../../grafana/src/queries.js';
import { LABELS } from '../../src/telemetry/names.js';
import { debianTool } from '../support/debian-tool.js';
import { type Dashboard, dashboards, oneLock, overview, panelsOf, queriesOf } from './dashboards.js';
import { filledIn } from './promql.js';

interface Series {
  series: string;
  values: string;
}

type Sample = Record<string, number>;

const INVENTORY = { lock: 'inventory' };
const many = new Queries('many');
let promtool: string;

beforeAll(async () => {
  promtool = await debianTool('promtool', 'prometheus');
}, 300_000);

describe('utilisation', () => {
  const inTwoProcesses = [
    ...holder('a', 'memory', { permits: 1, held: 0.5 }),
    ...holder('b', 'memory', { permits: 1, held: 0.25 }),
  ];
  const onServer = [
    ...holder('a', 'redis', { permits: 1, held: 0.5 }),
    ...holder('b', 'redis', { permits: 1, held: 0.25 }),
  ];
  const keyed = holder('a', 'memory', { held: 3 });

  test('in memory it is that of the busiest process', async () => {
    await expectFigure(inTwoProcesses, many.utilisation(LABELS.name), { '{lock_name="inventory"}': 0.5 });
  });

  test('on a server it is that of all processes together', async () => {
    await expectFigure(onServer, many.utilisation(LABELS.name), { '{lock_name="inventory"}': 0.75 });
  });

  test('a name in both backends is two locks in the table, and the busier one in a chart', async () => {
    const both = [...inTwoProcesses, ...onServer];
    await expectFigure(both, many.utilisation(LABELS.name, LABELS.backend), {
      '{lock_name="inventory",lock_backend="memory"}': 0.5,
      '{lock_name="inventory",lock_backend="redis"}': 0.75,
    });
    await expectFigure(both, many.utilisation(), { '{}': 0.75 });
  });

  test('a name with keys has none; how many are held is shown instead, for it alone', async () => {
    await expectFigure(keyed, many.utilisation(LABELS.name), {});
    await expectFigure(keyed, many.heldAtOnce(LABELS.name), { '{lock_name="inventory"}': 3 });
    await expectFigure(inTwoProcesses, many.heldAtOnce(LABELS.name), {});
  });

  test('by instance it is the part of each process', async () => {
    await expectFigure(onServer, query(oneLock, 'Utilisation by instance'), {
      '{instance="a"}': 0.5,
      '{instance="b"}': 0.25,
    });
  });
});

describe('throughput in Headroom', () => {
  const acquired = (instance: string, backend: string) =>
    series('acquisitions_total', instance, backend, '0+15x40', ',lock_outcome="acquired"');

  test('in memory it is that of the busiest process, on a server that of all', async () => {
    const two = (backend: string) => [acquired('a', backend), { ...acquired('b', backend), values: '0+30x40' }];
    await expectFigure(two('memory'), query(overview, 'Headroom'), { '{lock_name="inventory"}': 2 });
    await expectFigure(two('redis'), query(overview, 'Headroom'), { '{lock_name="inventory"}': 3 });
  });
});

describe('errors of the backend', () => {
  const trips = (result: string, values: string): Series => ({
    series:
      'lockmeter_backend_duration_seconds_count{job="shop",instance="a",lock_backend="redis",' +
      `lock_operation="acquire",lock_result="${result}"}`,
    values,
  });

  test('are a share of the round trips', async () => {
    const busy = [trips('ok', '0+45x40'), trips('error', '0+15x40')];
    await expectFigure(busy, query(overview, 'Backend errors'), { '{lock_backend="redis"}': 0.25 });
  });

  test('are 0, not nothing, while there is no round trip', async () => {
    const idle = [trips('ok', '0x40'), trips('error', '0x40')];
    await expectFigure(idle, query(overview, 'Backend errors'), { '{lock_backend="redis"}': 0 });
  });

  test('are 0, not nothing, before the first error has made its series', async () => {
    const healthy = [trips('ok', '0+45x40')];
    await expectFigure(healthy, query(overview, 'Backend errors'), { '{lock_backend="redis"}': 0 });
  });
});

test("Little's law: L is λ · W, from counters alone", async () => {
  const load = [
    series('queued_time_seconds_total', 'a', 'memory', '0+30x40'),
    series('acquisitions_total', 'a', 'memory', '0+45x40', ',lock_outcome="acquired"'),
    series('acquisitions_total', 'a', 'memory', '0+15x40', ',lock_outcome="timeout"'),
  ];
  await expectFigure(load, query(oneLock, 'λ: attempts per second'), { '{}': 4 });
  await expectFigure(load, query(oneLock, 'L: mean queue'), { '{}': 2 });
  await expectFigure(load, query(oneLock, 'W: mean wait'), { '{}': 0.5 });
});

test('the table has the same locks in every column, and none nobody waits for', async () => {
  const columns = panelsOf(overview)
    .find(({ type }) => type === 'table')!
    .targets!.map(({ expr }) => expr);
  const load = ['inventory', 'idle'].flatMap((name) =>
    [
      ...holder('a', 'memory', { permits: 1, held: 0.5 }),
      series('queued_time_seconds_total', 'a', 'memory', '0+30x40'),
      series('acquisitions_total', 'a', 'memory', '0+15x40', ',lock_outcome="timeout"'),
      series('contended_total', 'a', 'memory', '0+15x40'),
    ].map(({ series: one, values }) => ({
      series: one.replace('inventory', name),
      values: name === 'idle' && one.includes('queued') ? '0x40' : values,
    })),
  );
  const lock = '{lock_name="inventory",lock_backend="memory"}';
  const figures = [2, 0.5, 1, undefined, undefined, 1];
  expect(columns).toHaveLength(figures.length);
  for (const [i, figure] of figures.entries()) {
    await expectFigure(load, columns[i]!, figure === undefined ? {} : { [lock]: figure });
  }
});

test('an alert marks the lock it is about, and those about no lock mark all', async () => {
  const alert = (labels: string) => ({ series: `ALERTS{job="shop",alertstate="firing",${labels}}`, values: '1x40' });
  const about = [
    alert('alertname="LockmeterLeaseLost",lock_name="inventory"'),
    alert('alertname="LockmeterDeadlockDetected",instance="a"'),
    alert('alertname="LockmeterLeaseLost",lock_name="other"'),
    alert('alertname="HostDown",instance="a"'),
  ];
  await expectFigure(about, oneLock.annotations.list[0]!.expr, {
    [about[0]!.series]: 1,
    [about[1]!.series]: 1,
  });
});

test.each(dashboards)(
  '%s: Prometheus accepts every query, and answers nothing where there is nothing',
  async (_file, d) => {
    const queries = [...queriesOf(d).map(([, expr]) => expr), ...d.annotations.list.map(({ expr }) => expr)];
    await expectFigures(
      [],
      queries.map((expr) => [expr, {}]),
    );
  },
);

test('what Prometheus does not accept is an error', async () => {
  await expect(expectFigure([], 'rate(lockmeter_locked)', {})).rejects.toThrow('expected type range vector');
});

test('a wrong figure is told from a right one', async () => {
  const load = holder('a', 'memory', { permits: 1, held: 0.5 });
  await expect(expectFigure(load, many.utilisation(), { '{}': 0.75 })).rejects.toThrow(
    /exp: \{\} 7\.5E-01\s+got: \{\} 5E-01/,
  );
});

/** The first query of a panel. */
function query(dashboard: Dashboard, title: string): string {
  return panelsOf(dashboard).find((panel) => panel.title === title)!.targets![0]!.expr;
}

function series(name: string, instance: string, backend: string, values: string, more = ''): Series {
  const labels = `job="shop",instance="${instance}",lock_name="inventory",lock_backend="${backend}"${more}`;
  return { series: `lockmeter_${name}{${labels}}`, values };
}

/** A process that holds the lock for `held` seconds of each second; without permits, its name has keys. */
function holder(instance: string, backend: string, { permits, held }: { permits?: number; held: number }): Series[] {
  const time = series('held_time_seconds_total', instance, backend, `0+${held * 15}x40`);
  return permits === undefined ? [time] : [time, series('permits', instance, backend, `${permits}x40`)];
}

/** Ten minutes in, with a sample every 15 s, the query has exactly these values: for all locks, or for `inventory`. */
async function expectFigure(input: readonly Series[], expr: string, expected: Sample): Promise<void> {
  await expectFigures(input, [[expr, expected]]);
}

async function expectFigures(input: readonly Series[], figures: readonly [string, Sample][]): Promise<void> {
  const checks = figures.map(([expr, expected]) => ({
    expr: filledIn(expr, expr.includes('="$lock"') ? INVENTORY : {}),
    eval_time: '10m',
    exp_samples: Object.entries(expected).map(([labels, value]) => ({ labels, value })),
  }));
  const tests = [{ interval: '15s', input_series: input, promql_expr_test: checks }];
  const folder = await mkdtemp(join(tmpdir(), 'lockmeter-figures-'));
  try {
    const file = join(folder, 'figures.json');
    await writeFile(file, JSON.stringify({ rule_files: [], evaluation_interval: '15s', tests }));
    await promisify(execFile)(promtool, ['test', 'rules', file]);
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr || String(error));
  } finally {
    await rm(folder, { recursive: true });
  }
}
