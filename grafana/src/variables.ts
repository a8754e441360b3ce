/**
 * What can be chosen at the top of a dashboard. Every query is narrowed by all of them that its metric has labels for.
 *
 * Invariant: `datasource` comes first, and each of the others is looked up only in what those before it leave, so a chosen
 * value always has series.
 */
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { LABELS } from '../../src/telemetry/names.js';
import { metricName } from './metrics.js';
import { CHOSEN_LOCK, CHOSEN_TARGETS } from './selectors.js';

/** The reference every panel and query uses. */
export const DATASOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

/** Any number of locks, all of them at first. */
export function variablesOfMany() {
  return [...targets(), many(lock()), many(backend(CHOSEN_TARGETS)), top()];
}

/** Exactly one lock. */
export function variablesOfOne() {
  return [...targets(), lock(), many(backend([...CHOSEN_TARGETS, CHOSEN_LOCK.one]))];
}

function targets() {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').description('A Prometheus.'),
    many(labelValues('job', 'Job', 'job', [], 'The services that export locks.')),
    many(labelValues('instance', 'Instance', 'instance', CHOSEN_TARGETS.slice(0, 1), 'One process each.')),
  ];
}

function lock() {
  return labelValues('lock', 'Lock', LABELS.name, CHOSEN_TARGETS, 'The declared names; keys are not told apart.');
}

function backend(matchers: readonly string[]) {
  return labelValues('backend', 'Backend', LABELS.backend, matchers, 'Where the state of the lock lives.');
}

function labelValues(name: string, label: string, of: string, matchers: readonly string[], description: string) {
  const selected = matchers.length === 0 ? metricName('locked') : `${metricName('locked')}{${matchers.join(',')}}`;
  const query = `label_values(${selected}, ${of})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

function many(variable: QueryVariableBuilder) {
  return variable
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

function top() {
  const [first, ...others] = ['5', '10', '20'].map((value) => ({ selected: value === '5', text: value, value }));
  return new CustomVariableBuilder('top')
    .label('Top')
    .description('How many locks the table of contended locks shows.')
    .values('5,10,20')
    .options([first!, ...others])
    .current(first!);
}
