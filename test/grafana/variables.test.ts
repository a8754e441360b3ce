/** What can be chosen, and that a choice reaches the queries. */
import { CHOSEN_SOURCE, dashboards, oneLock, overview, queriesOf, type Variable } from './dashboards.js';
import { exportedAs, selected } from './promql.js';

const lookups = dashboards.flatMap(([file, { templating }]) =>
  templating.list
    .filter(({ type }) => type === 'query')
    .map((variable): [string, Variable, Variable[]] => [`${file} ${variable.name}`, variable, templating.list]),
);
const named = (name: string) => lookups.filter(([, variable]) => variable.name === name);

test('the data source comes first, then from the service to the lock', () => {
  const names = [overview, oneLock].map(({ templating }) => templating.list.map(({ name }) => name));
  expect(names).toEqual([
    ['datasource', 'job', 'instance', 'lock', 'backend', 'top'],
    ['datasource', 'job', 'instance', 'lock', 'backend'],
  ]);
});

test.each([...named('job'), ...named('instance'), ...named('backend')])(
  '%s is many values, all at first',
  (_w, one) => {
    expect(one).toMatchObject({
      multi: true,
      includeAll: true,
      allValue: '.+',
      current: { value: ['$__all'] },
      datasource: CHOSEN_SOURCE,
    });
  },
);

test('the overview shows many locks, all at first; the other exactly one', () => {
  const [[, many], [, one]] = named('lock') as [(typeof lookups)[0], (typeof lookups)[0]];
  expect(many).toMatchObject({ multi: true, includeAll: true, allValue: '.+', current: { value: ['$__all'] } });
  expect(one.multi ?? false).toBe(false);
  expect(one.includeAll ?? false).toBe(false);
  expect(one).not.toHaveProperty('current');
});

test.each(lookups)('%s is looked up in a metric that is exported', (_where, { query }) => {
  const [, series] = /^label_values\((.+), \w+\)$/.exec((query as { query: string }).query)!;
  expect(selected(series!).map(({ metric }) => exportedAs(metric)?.full)).toEqual(['lockmeter_locked']);
});

test.each(lookups)('%s depends only on variables before it', (_where, { name, query }, list) => {
  const before = list.slice(
    0,
    list.findIndex((one) => one.name === name),
  );
  const used = (query as { query: string }).query.match(/\$\w+/g) ?? [];
  expect(before.map((one) => `$${one.name}`)).toEqual(expect.arrayContaining(used));
});

test('top is 5, 10 or 20, and limits the table', () => {
  expect(overview.templating.list.at(-1)).toMatchObject({ type: 'custom', query: '5,10,20', current: { value: '5' } });
  expect(queriesOf(overview).filter(([, query]) => query.includes('topk($top,')).length).toBeGreaterThan(0);
});

test.each(dashboards)('%s: no query uses a variable that is not there', (_file, dashboard) => {
  const known = new Set([...dashboard.templating.list.map(({ name }) => `$${name}`), '$__rate_interval']);
  const used = queriesOf(dashboard).flatMap(([, query]) => query.match(/\$\w+/g) ?? []);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});
