/** Every panel explains itself in words, shows gaps as gaps, and the panels fill their grid. */
import { OUTCOMES } from '../../src/stats.js';
import { type Dashboard, dashboards, oneLock, overview, type Panel, panelsOf } from './dashboards.js';

const each = dashboards.flatMap(([, dashboard]) =>
  panelsOf(dashboard).map((panel): [string, Panel] => [`${dashboard.title}: ${panel.title}`, panel]),
);
const headings = ({ panels }: Dashboard) => panels.filter(({ type }) => type === 'row').map(({ title }) => title);

test('the rows of the overview go from symptoms to causes', () => {
  expect(headings(overview)).toEqual([
    'Summary',
    'Contention',
    'Wait',
    'Hold',
    'Now',
    'Failures',
    'Distributed',
    'Runtime',
  ]);
});

test('the rows of one lock', () => {
  expect(headings(oneLock)).toEqual(['Summary', 'Wait', 'Hold', "Little's law", 'Now', 'By instance', 'Failures']);
});

test.each(each)('%s has a description in full sentences', (_where, { title, description = '' }) => {
  expect(title).toMatch(/^\S.*\S$/);
  expect(description.length).toBeGreaterThan(80);
  expect(description).toMatch(/^[A-Z].*\.$/);
});

test.each(each)('%s speaks only of rows of its own dashboard', (where, { description = '' }) => {
  const [, dashboard] = dashboards.find(([, { title }]) => where.startsWith(title))!;
  const rows = [...description.matchAll(/\brow ([A-Z]\w+(?: instance)?)/g)].map(([, row]) => row);
  for (const row of rows) expect(headings(dashboard)).toContain(row);
});

test.each(dashboards)('%s: a value that does not exist is a gap, and descriptions of quantiles say so', (_file, d) => {
  const lines = panelsOf(d).filter(({ type }) => type === 'timeseries');
  expect(lines.length).toBeGreaterThan(12);
  for (const { fieldConfig } of lines) expect(fieldConfig!.defaults.custom!.spanNulls).toBe(false);
  const quantiles = lines.filter(({ targets = [] }) => targets.some(({ expr }) => expr.includes('histogram_quantile')));
  expect(quantiles.length).toBeGreaterThan(2);
  for (const { description } of quantiles) expect(description).toContain('gap');
});

test.each(dashboards)('%s: panels fill the grid; a hole would be a panel that slipped', (_file, { panels }) => {
  const covered = panels.reduce((area, { gridPos }) => area + gridPos.w * gridPos.h, 0);
  expect(covered).toBe(24 * Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)));
});

test.each(dashboards)('%s: every outcome has a colour of its own, and a lock that was got is green', (_file, d) => {
  const { fieldConfig } = panelsOf(d).find(({ title }) => title === 'Attempts by outcome')!;
  const colours = fieldConfig!.overrides.map(({ matcher, properties }) => [matcher.options, properties[0]!.value]);
  expect(colours.map(([outcome]) => outcome).sort()).toEqual([...OUTCOMES].sort());
  expect(new Set(colours.map(([, colour]) => JSON.stringify(colour))).size).toBe(OUTCOMES.length);
  expect(colours).toContainEqual(['acquired', { mode: 'fixed', fixedColor: 'green' }]);
});

test.each(each)('%s tells its queries apart', (_where, { targets = [] }) => {
  expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
});
