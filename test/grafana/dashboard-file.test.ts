/** The committed files are what the source generates, import under a fixed identity, and lead to one another. */
import { readdirSync, readFileSync } from 'node:fs';
import { render } from '../../grafana/src/dashboard.js';
import { DASHBOARDS } from '../../grafana/src/dashboards.js';
import { dashboards, oneLock, overview } from './dashboards.js';

const committed = (file: string) => readFileSync(`grafana/dashboards/${file}`, 'utf8');

test.each(Object.entries(DASHBOARDS))('%s is what the source generates (else: npm run dashboards)', (file, build) => {
  expect(render(build())).toBe(committed(file));
});

test('there is no other file', () => {
  expect(readdirSync('grafana/dashboards').sort()).toEqual(Object.keys(DASHBOARDS).sort());
});

test.each(Object.entries(DASHBOARDS))('%s is stable: keys are sorted, it ends in one newline', (file, build) => {
  expect(render(build())).toBe(render(build()));
  expect(committed(file)).toMatch(/[^\n]\n$/);
  JSON.parse(committed(file), (_key, value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      expect(Object.keys(value)).toEqual(Object.keys(value).sort());
    }
    return value;
  });
});

test.each(dashboards)(
  '%s has a fixed identity, the name of its file, and opens on the last hour',
  (file, dashboard) => {
    expect(dashboard).toMatchObject({
      uid: file.replace('.json', ''),
      title: expect.stringMatching(/^Lockmeter \/ /),
      schemaVersion: 42,
      tags: expect.arrayContaining(['lockmeter']),
      time: { from: 'now-1h', to: 'now' },
      refresh: '30s',
    });
    expect(dashboard).not.toHaveProperty('id');
  },
);

test('the table leads to the dashboard of the lock, with every other choice it knows', () => {
  const [, link] = /"url": "(.*var-lock=.*)"/.exec(committed('lockmeter-overview.json'))!;
  expect(link).toMatch(new RegExp(`^/d/${oneLock.uid}\\?`));
  const kept = oneLock.templating.list.map(({ name }) => name).filter((name) => name !== 'lock');
  expect([...link!.matchAll(/\{(\w+):queryparam\}/g)].map(([, name]) => name)).toEqual(kept);
  expect(link).toContain('{__url_time_range}');
});

test('the dashboard of a lock leads back, with the same choices but for the lock', () => {
  const [link, ...others] = oneLock.links!;
  expect(others).toEqual([]);
  expect(link).toMatchObject({
    keepTime: true,
    includeVars: false,
    url: expect.stringMatching(/^\/d\/lockmeter-overview\?/),
  });
  const kept = [...link!.url.matchAll(/\{(\w+):queryparam\}/g)].map(([, name]) => name);
  const known = overview.templating.list.map(({ name }) => name);
  expect(kept).toEqual(known.filter((name) => name !== 'lock' && name !== 'top'));
  expect(link).not.toHaveProperty('placement');
});

test('alerts that fired are marked in the charts of their lock', () => {
  expect(overview.annotations.list).toEqual([]);
  expect(oneLock.annotations.list).toHaveLength(1);
  const { expr } = oneLock.annotations.list[0]!;
  expect(expr).toContain('lock_name="$lock"');
  expect(expr).toContain('lock_name=""');
});
