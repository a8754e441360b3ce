/** From the answers of Prometheus to what is drawn: gaps, stacks, buckets, joined columns. */
import type { PanelJson } from '../../grafana/pictures/dashboard-json.js';
import { fieldOf } from '../../grafana/pictures/field.js';
import { bucketRows } from '../../grafana/pictures/heatmap-data.js';
import { tableData } from '../../grafana/pictures/table-data.js';
import { onAxis, timeAxis } from '../../grafana/pictures/time-axis.js';
import { FROM, madeUpSeries, STEP } from './pictures-made-up.js';
import { panelWith, resultOf, vector } from './pictures-panels.js';

describe('time', () => {
  const holes = { metric: {}, values: [0, 1, 4, 5].map((i) => [FROM + i * STEP, String(i)] as const) };
  const axis = timeAxis([resultOf('A', { resultType: 'matrix', result: [holes] })]);

  test('a moment at which no series has a sample is on the axis, and empty', () => {
    expect(axis).toEqual({ step: STEP, times: [0, 1, 2, 3, 4, 5].map((i) => FROM + i * STEP) });
    expect(onAxis(axis, holes.values)).toEqual([0, 1, null, null, 4, 5]);
  });

  test('NaN and infinities are gaps, not zeros', () => {
    const values = [FROM, FROM + STEP, FROM + 2 * STEP].map((at, i) => [at, ['NaN', '+Inf', '0'][i]!] as const);
    expect(onAxis(axis, values)).toEqual([null, null, 0, null, null, null]);
  });

  test('without two samples there is no picture, and it is said', () => {
    expect(() => timeAxis([resultOf('A', vector([{}, 1]))])).toThrow('no range query gave two samples');
  });
});

describe('a heatmap', () => {
  const buckets = (...rows: [le: string, ...counts: (number | null)[]][]) => {
    const series = rows.map(([le, ...counts]) => madeUpSeries({ le }, counts));
    const result = [resultOf('A', { resultType: 'matrix', result: series })];
    return bucketRows(result, timeAxis(result));
  };

  test('has rows from the lowest bound up, whatever the order of the series, each without those below it', () => {
    expect(buckets(['+Inf', 9, 4], ['0.1', 5, 4], ['10', 8, 4], ['0.01', 2, 0])).toEqual([
      { le: 0.01, counts: [2, 0] },
      { le: 0.1, counts: [3, 4] },
      { le: 10, counts: [3, 0] },
      { le: Number.POSITIVE_INFINITY, counts: [1, 0] },
    ]);
  });

  test('has no negative cell where increases were rounded, and a gap stays one', () => {
    expect(buckets(['1', 2.01, null], ['+Inf', 2, null])).toEqual([
      { le: 1, counts: [2.01, null] },
      { le: Number.POSITIVE_INFINITY, counts: [0, null] },
    ]);
  });
});

describe('a table', () => {
  const organize = {
    excludeByName: { Time: true, lock_backend: true },
    indexByName: { lock_name: 0, 'Value #B': 1, 'Value #A': 2 },
    renameByName: { lock_name: 'Lock', 'Value #A': 'Lost', 'Value #B': 'Busy' },
  };
  const panel = (parts: Partial<PanelJson> = {}): PanelJson =>
    panelWith('table', {
      transformations: [
        { id: 'merge', options: {} },
        { id: 'organize', options: organize },
      ],
      options: { sortBy: [{ displayName: 'Lost', desc: true }] },
      ...parts,
    });
  const a = { lock_name: 'a', lock_backend: 'memory' };
  const b = { lock_backend: 'memory', lock_name: 'b' };
  const results = [resultOf('A', vector([a, 1], [b, 2])), resultOf('B', vector([b, 0.5], [a, Number.NaN]))];

  test('joins queries by their labels, then hides, orders, renames and sorts', () => {
    expect(tableData(panel(), results)).toEqual({
      columns: [{ name: 'Lock' }, { name: 'Busy', refId: 'B' }, { name: 'Lost', refId: 'A' }],
      rows: [
        ['b', 0.5, 2],
        ['a', Number.NaN, 1],
      ],
    });
  });

  test('rows that differ in any label are two, and a missing value is an empty cell', () => {
    const redis = { ...a, lock_backend: 'redis' };
    const { rows } = tableData(panel(), [resultOf('A', vector([a, 1], [redis, 3])), resultOf('B', vector([a, 0.5]))]);
    expect(rows).toEqual([
      ['a', undefined, 3],
      ['a', 0.5, 1],
    ]);
  });

  test('nothing and NaN sort below every number', () => {
    const sorted = panel({ options: { sortBy: [{ displayName: 'Busy' }] } });
    expect(tableData(sorted, results).rows.map(([lock]) => lock)).toEqual(['a', 'b']);
  });

  test('the only query is called Value', () => {
    expect(tableData(panelWith('table'), [results[0]!]).columns.at(-1)).toEqual({ name: 'Value', refId: 'A' });
  });

  test('a transformation that is not known is an error', () => {
    const other = panel({ transformations: [{ id: 'groupBy', options: {} }] });
    expect(() => tableData(other, results)).toThrow('does not know the transformation "groupBy"');
  });
});

describe('overrides', () => {
  const overridden = (matcher: { id: string; options: unknown }): PanelJson =>
    panelWith('timeseries', {
      fieldConfig: {
        defaults: { unit: 's', min: 0, custom: { lineWidth: 1 } },
        overrides: [
          {
            matcher,
            properties: [
              { id: 'unit', value: 'ops' },
              { id: 'custom.axisPlacement', value: 'right' },
            ],
          },
        ],
      },
    });

  test.each([
    [{ id: 'byName', options: 'slow' }],
    [{ id: 'byFrameRefID', options: 'B' }],
    [{ id: 'byRegexp', options: '/^SL/i' }],
  ])('%j changes what it says, and only for what it matches', (matcher) => {
    const panel = overridden(matcher);
    const changed = { unit: 'ops', min: 0, custom: { lineWidth: 1, axisPlacement: 'right' } };
    expect(fieldOf(panel, { name: 'slow', refId: 'B' })).toEqual(changed);
    expect(fieldOf(panel, { name: 'fast', refId: 'A' })).toEqual({ unit: 's', min: 0, custom: { lineWidth: 1 } });
  });

  test('a matcher that is not known is an error', () => {
    expect(() => fieldOf(overridden({ id: 'byType', options: '' }), { name: 'slow' })).toThrow('the matcher "byType"');
  });
});
