/** What can be chosen, and that a choice reaches the queries. */
import { dashboard, queries, type Variable } from './overview.js';
import { syntaxErrors, unknownMetrics } from './promql.js';

const ON_TIME_RANGE_CHANGE = 2;
const variables = dashboard.templating.list;
const lookups = variables.filter(({ type }) => type === 'query').map((one): [string, Variable] => [one.name, one]);

test('there are six, the data source first', () => {
  expect(variables.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance', 'lock', 'backend', 'top']);
});

test('there is exactly one data source, a Prometheus', () => {
  const sources = variables.filter(({ type }) => type === 'datasource');
  expect(sources).toEqual([expect.objectContaining({ name: 'datasource', label: 'Data source', query: 'prometheus' })]);
});

test.each(lookups)('%s is many values, all by default, looked up again with the time range', (_name, variable) => {
  expect(variable).toMatchObject({
    multi: true,
    includeAll: true,
    allValue: '.+',
    refresh: ON_TIME_RANGE_CHANGE,
    current: { value: ['$__all'] },
    datasource: { type: 'prometheus', uid: '$'.concat('{datasource}') },
  });
});

test.each(lookups)('%s is looked up in a metric that exists', (_name, { query }) => {
  const [, series] = /^label_values\((.+), \w+\)$/.exec((query as { query: string }).query)!;
  expect(syntaxErrors(series!)).toEqual([]);
  expect(unknownMetrics(series!)).toEqual([]);
});

test.each(lookups)('%s depends only on variables before it', (name, { query }) => {
  const before = variables
    .slice(
      0,
      variables.findIndex((one) => one.name === name),
    )
    .map((one) => one.name);
  const used = (query as { query: string }).query.match(/\$\w+/g) ?? [];
  expect(before).toEqual(expect.arrayContaining(used.map((one) => one.slice(1))));
});

test('top is 5, 10 or 20, and limits the table', () => {
  expect(variables.at(-1)).toMatchObject({ type: 'custom', query: '5,10,20', current: { value: '5' } });
  expect(queries.filter(([, query]) => query.includes('topk($top,')).length).toBeGreaterThan(0);
});

test('no query uses a variable that is not there', () => {
  const known = new Set([...variables.map(({ name }) => `$${name}`), '$__rate_interval']);
  const used = queries.flatMap(([, query]) => query.match(/\$\w+/g) ?? []);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});
