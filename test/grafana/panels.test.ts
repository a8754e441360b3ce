/** Every panel explains itself, shows a unit, follows the chosen data source, and has a place of its own. */
import * as units from '@grafana/grafana-foundation-sdk/units';
import { dashboard, type Panel, panels } from './overview.js';

const CHOSEN_SOURCE = { type: 'prometheus', uid: '$'.concat('{datasource}') };
const UNITS = new Set<unknown>(Object.values(units));
const each = panels.map((panel): [string, Panel] => [panel.title, panel]);

test('rows are Summary, Contention, Wait, Hold and Now', () => {
  const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
  expect(rows).toEqual(['Summary', 'Contention', 'Wait', 'Hold', 'Now']);
});

test('titles and ids are unique', () => {
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

test.each(each)('%s has a title and a description in full sentences', (title, { description = '' }) => {
  expect(title).toMatch(/^\S.*\S$/);
  expect(description.length).toBeGreaterThan(80);
  expect(description).toMatch(/^[A-Z].*\.$/);
});

test.each(each)('%s has a unit Grafana knows, in overrides too', (_title, { fieldConfig }) => {
  const overridden = fieldConfig!.overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'unit'));
  for (const unit of [fieldConfig!.defaults.unit, ...overridden.map(({ value }) => value)]) {
    expect(UNITS).toContain(unit);
  }
});

test.each(each)('%s asks the chosen data source, in every query', (_title, { datasource, targets = [] }) => {
  expect(targets.length).toBeGreaterThan(0);
  for (const source of [datasource, ...targets.map((target) => target.datasource)])
    expect(source).toEqual(CHOSEN_SOURCE);
  expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
});

test('a value that does not exist is a gap in a line, and the description of quantiles says so', () => {
  const lines = panels.filter(({ type }) => type === 'timeseries');
  expect(lines.length).toBeGreaterThan(8);
  for (const { fieldConfig } of lines) expect(fieldConfig!.defaults.custom!.spanNulls).toBe(false);
  const quantiles = lines.filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes('histogram_quantile')));
  expect(quantiles.length).toBeGreaterThan(2);
  for (const { description } of quantiles) expect(description).toContain('gap');
});

test('panels stay on the grid, and no two overlap', () => {
  for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  expect(overlaps(dashboard.panels)).toEqual([]);
});

test('panels fill the grid: a hole would be a panel that slipped', () => {
  const covered = dashboard.panels.reduce((area, { gridPos }) => area + gridPos.w * gridPos.h, 0);
  expect(covered).toBe(24 * Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h)));
});

test('the check for overlaps catches one', () => {
  const at = (title: string, x: number, y: number) => ({ title, gridPos: { x, y, w: 8, h: 8 } }) as Panel;
  expect(overlaps([at('a', 0, 0), at('b', 8, 0), at('c', 7, 7)])).toEqual(['a / c', 'b / c']);
});

function overlaps(all: readonly Panel[]): string[] {
  return all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter((b) => {
        const [p, q] = [a.gridPos, b.gridPos];
        return p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
      })
      .map((b) => `${a.title} / ${b.title}`),
  );
}
