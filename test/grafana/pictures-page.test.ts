/** The page of a dashboard: everything that the dashboard has is on it, in its place, and nothing is made up. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Chart } from '../../grafana/pictures/chart.js';
import { over, SERIES_COLOURS, THEME } from '../../grafana/pictures/colours.js';
import type { DashboardJson, PanelJson } from '../../grafana/pictures/dashboard-json.js';
import { excerpt } from '../../grafana/pictures/excerpt.js';
import { html } from '../../grafana/pictures/html.js';
import { GAP, HEADER, PAGE_WIDTH, placed } from '../../grafana/pictures/layout.js';
import { CAPTION, dashboardPage } from '../../grafana/pictures/page.js';
import { madeUpResults, madeUpSeries } from './pictures-made-up.js';
import { dashboardOf, panelWith, resultOf, vector } from './pictures-panels.js';

const FILES = readdirSync('grafana/dashboards').filter((file) => file.endsWith('.json'));

describe.each(FILES)('%s', (file) => {
  const dashboard = JSON.parse(readFileSync(`grafana/dashboards/${file}`, 'utf8')) as DashboardJson;
  const page = dashboardPage(dashboard, madeUpResults(dashboard));
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);

  test('every row and every panel is on the page, and the caption', () => {
    for (const { type, title } of panels) {
      const tag = type === 'row' ? 'h2' : 'h3';
      expect(page.html).toMatch(
        new RegExp(`<${tag}[^>]*>${html`${title}`.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}</${tag}>`),
      );
    }
    expect(page.html).toContain(html`${CAPTION}`.text);
  });

  test('no two panels overlap, and none sticks out of the page', () => {
    const boxes = placed(dashboard.panels).map(({ box }) => box);
    for (const [i, one] of boxes.entries()) {
      expect(one.left + one.width).toBeLessThanOrEqual(PAGE_WIDTH);
      expect(one.top + one.height).toBeLessThanOrEqual(page.height);
      for (const other of boxes.slice(i + 1)) {
        const beside = one.left + one.width <= other.left || other.left + other.width <= one.left;
        const above = one.top + one.height <= other.top || other.top + other.height <= one.top;
        expect(beside || above).toBe(true);
      }
    }
  });

  test('the picture in the docs is of this size, and small (else: npm run pictures)', () => {
    const png = readFileSync(`docs/pictures/${dashboard.uid}.png`);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([page.width, page.height]);
    expect(png.length).toBeLessThan(400_000);
  });

  test('a query that was not run is an error', () => {
    const [, ...rest] = madeUpResults(dashboard);
    expect(() => dashboardPage(dashboard, rest)).toThrow('query A was not run');
  });
});

test('an excerpt has the rows that were asked for, one below the other, with the panels of each', () => {
  const row = (title: string, y: number): PanelJson => panelWith('row', { title, gridPos: { x: 0, y, w: 24, h: 1 } });
  const stat = (title: string, y: number): PanelJson => panelWith('stat', { title, gridPos: { x: 0, y, w: 4, h: 4 } });
  const whole = dashboardOf(row('A', 0), stat('a', 1), row('B', 5), stat('b', 6), row('C', 10), stat('c', 11));
  const { panels } = excerpt(whole, ['C', 'A']);
  expect(panels.map(({ title, gridPos }) => [title, gridPos.y])).toEqual([
    ['A', 0],
    ['a', 1],
    ['C', 5],
    ['c', 6],
  ]);
  expect(() => excerpt(whole, ['A', 'D'])).toThrow('has no row D');
});

test('panels stand on the grid of 24 columns', () => {
  const at = (x: number, y: number, w: number): PanelJson => panelWith('stat', { gridPos: { x, y, w, h: 4 } });
  const boxes = placed([at(0, 0, 12), at(12, 0, 12), at(0, 4, 24)]).map(({ box }) => box);
  const [left, right, below] = boxes;
  expect(left!.top).toBe(HEADER);
  expect(right!.left - (left!.left + left!.width)).toBe(GAP);
  expect(right!.width).toBe(left!.width);
  expect(below!.width).toBe(right!.left + right!.width - left!.left);
  expect(below!.top - (left!.top + left!.height)).toBe(GAP);
});

test('a collapsed row is open in the picture, and moves down what follows', () => {
  const row = (y: number, panels: PanelJson[] = []): PanelJson =>
    panelWith('row', { gridPos: { x: 0, y, w: 24, h: 1 }, panels });
  const inside = panelWith('stat', { gridPos: { x: 0, y: 1, w: 12, h: 8 } });
  const closed = placed([row(0, [inside]), row(1)]).map(({ box }) => box.top);
  const open = placed([row(0), inside, row(9)]).map(({ box }) => box.top);
  expect(closed).toEqual(open);
});

test('a lock may have any name: it is text in legends, tables, numbers and the data of charts', () => {
  const name = '</script><script>alert(1)</script>';
  const metric = { lock_name: name };
  const panels = [
    panelWith('timeseries', { id: 1, options: { legend: { showLegend: true, calcs: ['max'] } } }),
    panelWith('stat', { id: 2, options: { textMode: 'value_and_name' } }),
    panelWith('table', { id: 3 }),
  ];
  const series = madeUpSeries(metric, [1, 2]);
  const results = [
    resultOf('A', { resultType: 'matrix', result: [series] }, '{{lock_name}}'),
    { ...resultOf('A', vector([metric, 1]), '{{lock_name}}'), panelId: 2 },
    { ...resultOf('A', vector([metric, 1])), panelId: 3 },
  ];
  const page = dashboardPage(dashboardOf(...panels), results, { lock: name });
  expect(page.html).not.toContain('<script>alert');
  expect(page.html.split(html`${name}`.text)).toHaveLength(5);
});

describe('a time series', () => {
  const drawn = (panel: PanelJson, ...values: (number | null)[][]) => {
    const result = values.map((one, i) => madeUpSeries({ lock_name: `lock ${i}` }, one));
    const matrix = resultOf('A', { resultType: 'matrix', result }, '{{lock_name}}');
    const { html: text } = dashboardPage(dashboardOf(panel), [matrix]);
    const [, json] = /<script type="application\/json">(.*?)<\/script>/.exec(text)!;
    // Times, and a series without values that keeps the axis alive, come first.
    const { data, options, lines } = JSON.parse(json!) as Chart;
    return {
      text,
      lines,
      values: data.slice(2),
      series: options.series.slice(2) as { fill?: string; stroke?: string }[],
    };
  };

  test('a stack is cumulated, drawn from the top down; a gap adds nothing and has no line', () => {
    const panel = panelWith('timeseries', {}, { custom: { fillOpacity: 40, stacking: { mode: 'normal' } } });
    const { values, series } = drawn(panel, [1, 2, null, 4], [10, null, 30, 40]);
    expect(values).toEqual([
      [11, null, 30, 44],
      [1, 2, null, 4],
    ]);
    expect(series.map(({ fill }) => fill)).toEqual(
      [SERIES_COLOURS[1], SERIES_COLOURS[0]].map((colour) => over(colour, THEME.panel, 0.4)),
    );
  });

  test('lines are what they are, and only the thresholds that have a value are lines', () => {
    const thresholds = {
      steps: [
        { value: null, color: 'green' },
        { value: 2, color: 'red' },
        { value: 60, color: 'red' },
      ],
    };
    const panel = panelWith('timeseries', {}, { min: 0, thresholds, custom: { thresholdsStyle: { mode: 'dashed' } } });
    const { values, lines } = drawn(panel, [1, 2, null, 4]);
    expect(values).toEqual([[1, 2, null, 4]]);
    // That at 60 is above the axis, which ends where the values do.
    expect(lines.map(({ at }) => at)).toEqual([2]);
  });

  test('a line has the colour that the panel gives its name', () => {
    const properties = [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }];
    const overrides = [{ matcher: { id: 'byName', options: 'lock 0' }, properties }];
    const { series } = drawn(panelWith('timeseries', { fieldConfig: { defaults: {}, overrides } }), [1, 2], [2, 3]);
    expect(series.map(({ stroke }) => stroke)).toEqual(['#ee5468', SERIES_COLOURS[1]]);
  });

  test('the legend has the calculations in the unit of the panel, over what there is', () => {
    const legend = { showLegend: true, calcs: ['lastNotNull', 'max'] };
    const { text } = drawn(panelWith('timeseries', { options: { legend } }, { unit: 's' }), [0.5, 2, 0.04, null]);
    expect(text).toMatch(/lock 0<\/td><td>40 ms<\/td><td>2 s<\/td>/);
  });

  const inLegend = (text: string) => [...text.matchAll(/lock (\d+)<\/td>/g)].map(([, number]) => Number(number));

  test.each([
    [undefined, [0, 1, 2]],
    [{ sortBy: 'Max', sortDesc: true }, [1, 0, 2]],
    [{ sortBy: 'Last', sortDesc: false }, [1, 0, 2]],
  ])('the legend is in the order it asks for: %j', (order, expected) => {
    const legend = { showLegend: true, calcs: ['lastNotNull', 'max'], ...order };
    const { text } = drawn(panelWith('timeseries', { options: { legend } }), [3, 3], [9, 1], [null, null]);
    expect(inLegend(text)).toEqual(expected);
  });

  test('a legend cannot be sorted by what it does not show', () => {
    const legend = { showLegend: true, calcs: ['max'], sortBy: 'Mean' };
    expect(() => drawn(panelWith('timeseries', { options: { legend } }), [1, 2])).toThrow('sort a legend by "Mean"');
  });

  test('series that find no room in the legend are counted', () => {
    const legend = { showLegend: true, calcs: ['max'] };
    const many = Array.from({ length: 20 }, (_, i) => [i, i]);
    const { text } = drawn(panelWith('timeseries', { options: { legend } }), ...many);
    const shown = inLegend(text);
    expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(text).toContain(`+ ${20 - shown.length} more`);
  });
});

describe('a number', () => {
  const steps = [
    { value: null, color: 'green' },
    { value: 0.8, color: 'red' },
  ];
  const shown = (value: number | undefined, noValue?: string): string => {
    const panel = panelWith('stat', {}, { unit: 'percentunit', thresholds: { steps }, noValue });
    const time = { ...panelWith('timeseries', { id: 2 }) };
    const other = { ...resultOf('A', { resultType: 'matrix', result: [madeUpSeries({}, [1, 1])] }), panelId: 2 };
    const own = resultOf('A', value === undefined ? vector() : vector([{}, value]));
    return dashboardPage(dashboardOf(panel, time), [own, other]).html.match(/<div class="stat">.*<\/b>/)![0];
  };

  test('is in the colour of the threshold that it reached', () => {
    expect(shown(0.79)).toContain('#6bc46d">79%');
    expect(shown(0.8)).toContain('#ee5468">80%');
  });

  test('that does not exist is what the panel says, never a zero', () => {
    expect(shown(undefined, 'No attempts')).toContain('>No attempts<');
    expect(shown(Number.NaN, 'No attempts')).toContain('>No attempts<');
    expect(shown(undefined)).toContain('>No data<');
  });
});

test('a kind of panel that cannot be drawn is an error', () => {
  const panel = panelWith('gauge', { title: 'Dial' });
  const result = resultOf('A', { resultType: 'matrix', result: [madeUpSeries({}, [1, 1])] });
  expect(() => dashboardPage(dashboardOf(panel), [result])).toThrow(
    '"Dial": the renderer does not know the panel "gauge"',
  );
});
