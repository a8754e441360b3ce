/** A small dashboard in a real browser: the picture has its size, its lines, its gap and its cells. */
import { SERIES_COLOURS, THEME } from '../../grafana/pictures/colours.js';
import { RAMP } from '../../grafana/pictures/heatmap.js';
import { dashboardPage, type Page } from '../../grafana/pictures/page.js';
import { quantise } from '../../grafana/pictures/quantise.js';
import { screenshot } from '../../grafana/pictures/screenshot.js';
import { debianTool } from '../support/debian-tool.js';
import { madeUpSeries } from './pictures-made-up.js';
import { dashboardOf, panelWith, resultOf } from './pictures-panels.js';
import { decodePng, type Pixels } from './pictures-png.js';

let chromium: string;
beforeAll(async () => {
  chromium = await debianTool('chromium', 'chromium');
}, 300_000);

/** Where in a part of the picture a colour is, as columns. */
function columnsOf(picture: Pixels, colour: string, [left, right]: [number, number]): number[] {
  const columns = Array.from({ length: right - left }, (_, i) => left + i);
  return columns.filter((x) => Array.from({ length: picture.height }, (_, y) => picture.at(x, y)).includes(colour));
}

test('lines are drawn in their colours, a gap is a gap, thresholds and cells are there', async () => {
  const thresholds = { steps: [{ value: 5, color: '#ff00ff' }] };
  const custom = { lineWidth: 3, thresholdsStyle: { mode: 'line' } };
  const panels = [
    panelWith('timeseries', { id: 1 }, { min: 0, max: 10, thresholds, custom }),
    panelWith('heatmap', { id: 2, gridPos: { x: 12, y: 0, w: 12, h: 8 } }),
  ];
  const line = [1, 1, 1, 1, null, null, null, 8, 8, 8, 8];
  const bucket = line.map((value) => (value === null ? 0 : 3));
  const results = [
    resultOf('A', { resultType: 'matrix', result: [madeUpSeries({}, line)] }),
    { ...resultOf('A', { resultType: 'matrix', result: [madeUpSeries({ le: '1' }, bucket)] }), panelId: 2 },
  ];
  const page = dashboardPage(dashboardOf(...panels), results);
  const picture = decodePng(await screenshot(chromium, page));
  expect(picture).toMatchObject({ width: page.width, height: page.height });
  expect(picture.at(0, 0)).toBe(THEME.page);

  const half = page.width / 2;
  const drawn = columnsOf(picture, SERIES_COLOURS[0], [0, half]);
  const [gap] = drawn.flatMap((x, i) => (i > 0 && x - drawn[i - 1]! > 2 ? [x - drawn[i - 1]!] : []));
  const width = drawn.at(-1)! - drawn[0]!;
  // Four of ten intervals have an end without a value.
  expect(gap! / width).toBeCloseTo(0.4, 1);
  // The threshold is dashed over all the width.
  expect(columnsOf(picture, '#ff00ff', [0, half]).length).toBeGreaterThan(width / 3);

  // Seven of the ten intervals end with a full bucket, the others with an empty one.
  const cells = columnsOf(picture, RAMP.at(-1)!, [half, page.width]);
  expect(cells.length / (cells.at(-1)! - cells[0]! + 1)).toBeCloseTo(0.7, 1);
});

test('an error in the page fails the picture instead of leaving a hole in it', async () => {
  const page: Page = { html: '<script>null.chart</script>', width: 100, height: 100 };
  await expect(screenshot(chromium, page)).rejects.toThrow(/could not be drawn.*TypeError/);
});

test('a program that makes pictures smaller and fails is an error', async () => {
  await expect(quantise('/bin/false', Buffer.alloc(1e6))).rejects.toThrow('pngquant ended with 1');
  await expect(quantise('/nowhere/pngquant', Buffer.alloc(1e6))).rejects.toThrow('ENOENT');
});

test('a browser that fails is an error', async () => {
  const page: Page = { html: '', width: 100, height: 100 };
  await expect(screenshot('/bin/false', page)).rejects.toThrow('/bin/false');
});
