/**
 * What the proof stands on: variables are put in as Grafana does it, every target is asked, and a Prometheus that does not
 * start leaves nothing behind.
 */
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { drain, listen } from '../../examples/shared/http-server.js';
import type { Dashboard } from '../../grafana/live/dashboards.js';
import { panelQueries, runPanelQueries } from '../../grafana/live/panel-queries.js';
import { PrometheusApi } from '../../grafana/live/prometheus-api.js';
import { startPrometheus } from '../../grafana/live/prometheus-server.js';
import { evaluatedEverySecond } from '../../grafana/live/rapid-rules.js';
import { onlySeries, onlyValue, valuesIn } from '../../grafana/live/read-data.js';
import { substitute, valuesOf } from '../../grafana/live/variables.js';

const TIMES = { rateInterval: 15, interval: 2, range: 60 };
const $ = '$';

const DASHBOARD: Dashboard = {
  uid: 'small',
  title: 'Small',
  templating: {
    list: [
      { name: 'datasource' },
      { name: 'job', allValue: '.+', current: { value: ['$__all'] } },
      { name: 'top', current: { value: '5' } },
      { name: 'lock' },
    ],
  },
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Rate',
      description: 'Per second.',
      targets: [
        { refId: 'A', expr: 'rate(a{job=~"$job"}[$__rate_interval])', legendFormat: '{{job}}', range: true },
        { refId: 'B', expr: 'both', instant: true, range: true },
      ],
    },
    {
      id: 2,
      type: 'row',
      title: 'Closed',
      panels: [
        {
          id: 3,
          type: 'stat',
          title: 'Top',
          targets: [{ refId: 'A', expr: 'topk($top, {x="$lock"})', instant: true }],
        },
      ],
    },
    { id: 4, type: 'row', title: 'Open' },
  ],
};

describe('variables', () => {
  test('are what the dashboard opens with, and what is chosen goes first', () => {
    expect(valuesOf(DASHBOARD, {})).toEqual({ job: '.+', top: '5' });
    expect(valuesOf(DASHBOARD, { lock: 'a', job: 'b' })).toEqual({ job: 'b', top: '5', lock: 'a' });
  });

  test.each([
    ['$job', 'a.b'],
    [`${$}{job}`, 'a.b'],
    [`${$}{job:regex}`, 'a\\.b'],
    [`${$}{all:regex}`, '.+'],
    ['$job_name', 'other'],
    ['[$__rate_interval:$__interval]', '[15s:2s]'],
    ['$__range $__range_s $__range_ms $__interval_ms', '60s 60 60000 2000'],
    ['no variable', 'no variable'],
  ])('%s is %s', (expr, substituted) => {
    expect(substitute(expr, { job: 'a.b', job_name: 'other', all: '.+' }, TIMES)).toBe(substituted);
  });

  test.each(['$unknown', `${$}{unknown}`, `${$}{unknown:regex}`])('%s is refused', (expr) => {
    expect(() => substitute(expr, { job: 'a' }, TIMES)).toThrow('no value for $');
  });

  test('a format that is not known is refused', () => {
    expect(() => substitute(`${$}{job:csv}`, { job: 'a' }, TIMES)).toThrow('no such format');
  });
});

describe('the queries of a dashboard', () => {
  test('are those of every panel, in closed rows too', () => {
    const queries = panelQueries(DASHBOARD);
    expect(queries.map(({ panelId, refId, instant }) => [panelId, refId, instant])).toEqual([
      [1, 'A', false],
      [1, 'B', false],
      [3, 'A', true],
    ]);
    expect(queries[0]).toMatchObject({ dashboard: 'small', panelTitle: 'Rate', legendFormat: '{{job}}' });
  });

  test('are asked with their variables in place, at the end or over the range', async () => {
    const asked: string[] = [];
    await withAnswers(
      (url) => {
        asked.push(`${url.pathname} ${[...url.searchParams.values()].join(' ')}`);
        return { status: 'success', data: { resultType: 'vector', result: [] } };
      },
      async (api) => {
        const options = { range: { start: 40, end: 100, step: 2 }, rateInterval: 15, chosen: { lock: 'l' } };
        const results = await runPanelQueries(api, DASHBOARD, options);
        expect(results.map((result) => result.asked)).toEqual(['rate(a{job=~".+"}[15s])', 'both', 'topk(5, {x="l"})']);
      },
    );
    expect(asked).toEqual([
      '/api/v1/query_range rate(a{job=~".+"}[15s]) 40 100 2',
      '/api/v1/query_range both 40 100 2',
      '/api/v1/query topk(5, {x="l"}) 100',
    ]);
  });

  test('are an error when Prometheus refuses them', async () => {
    await withAnswers(
      () => ({ status: 'error', error: 'parse error' }),
      (api) => expect(api.query('sum(', 1)).rejects.toThrow('query sum(: parse error'),
    );
  });
});

describe('answers', () => {
  const series = { metric: { a: 'b' }, values: [[1, '2'] as const, [2, 'NaN'] as const] };

  test('are read in each of their forms', () => {
    expect(valuesIn({ resultType: 'matrix', result: [series] }).map(({ value }) => value)).toEqual([2, Number.NaN]);
    expect(valuesIn({ resultType: 'vector', result: [{ metric: {}, value: [1, '+Inf'] }] })).toHaveLength(1);
    expect(onlyValue({ resultType: 'scalar', result: [1, '5'] })).toBe(5);
  });

  test('that are none, or several, are not taken for one', () => {
    expect(() => onlyValue({ resultType: 'vector', result: [] })).toThrow('not one value');
    expect(() => onlySeries({ resultType: 'matrix', result: [series, series] })).toThrow('not one series');
  });
});

test('rules are evaluated every second, and their alerts wait as long as they did', () => {
  const rules = 'groups:\n  - name: a\n    interval: 30s\n    rules:\n      - alert: A\n        for: 5m\n';
  expect(evaluatedEverySecond(rules)).toBe(rules.replace('30s', '1s'));
});

test.each([
  ['is not there', '/nowhere/prometheus', /ENOENT/],
  ['ends at once', process.execPath, /Prometheus ended with/],
])('a Prometheus that %s is an error, and leaves no folder', async (_what, program, error) => {
  const before = folders();
  await expect(startPrometheus({ program, target: '127.0.0.1:1', job: 'none' })).rejects.toThrow(error);
  expect(folders().filter((folder) => !before.includes(folder))).toEqual([]);
});

function folders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`lockmeter-prometheus-${process.pid}-`));
}

/** A Prometheus that gives these answers. */
async function withAnswers(
  answer: (url: URL) => object,
  body: (api: PrometheusApi) => Promise<unknown>,
): Promise<void> {
  const server = createServer((request, response) => {
    response.end(JSON.stringify(answer(new URL(request.url!, 'http://prometheus'))));
  });
  const port = await listen(server, 0);
  try {
    await body(new PrometheusApi(`http://127.0.0.1:${port}`));
  } finally {
    await drain(server, 0);
  }
}
