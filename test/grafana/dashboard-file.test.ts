/** The committed file is what the source generates, and it imports under a fixed identity. */
import { readFileSync } from 'node:fs';
import { OVERVIEW_FILE, overview, render } from '../../grafana/src/dashboard.js';
import { dashboard } from './overview.js';

const committed = readFileSync(`grafana/dashboards/${OVERVIEW_FILE}`, 'utf8');

test('the committed file is what the source generates (else: npm run dashboards)', () => {
  expect(render(overview())).toBe(committed);
});

test('the text is stable: built twice it is the same, keys are sorted, it ends in one newline', () => {
  expect(render(overview())).toBe(render(overview()));
  expect(committed).toMatch(/[^\n]\n$/);
  JSON.parse(committed, (_key, value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      expect(Object.keys(value)).toEqual(Object.keys(value).sort());
    }
    return value;
  });
});

test('it has a fixed identity, is not edited in Grafana, and opens on the last hour', () => {
  expect(dashboard).toMatchObject({
    uid: 'lockmeter-overview',
    title: 'Lockmeter / Overview',
    editable: false,
    schemaVersion: 42,
    tags: expect.arrayContaining(['lockmeter']),
    time: { from: 'now-1h', to: 'now' },
    refresh: '30s',
    annotations: { list: [] },
  });
  expect(dashboard).not.toHaveProperty('id');
});

test('the link of the table leads to this dashboard and keeps every other choice', () => {
  const [, link] = /"url": "(.*var-lock=.*)"/.exec(committed)!;
  const kept = dashboard.templating.list.map(({ name }) => name).filter((name) => name !== 'lock');
  expect(link).toMatch(new RegExp(`^/d/${dashboard.uid}\\?`));
  for (const name of kept) expect(link).toContain(`{${name}:queryparam}`);
});
