/**
 * What can be chosen at the top of the dashboard. Every query is narrowed by all of them.
 *
 * Invariant: `datasource` comes first, and each of the others is looked up only in what those before it leave, so a chosen
 * value always has series.
 */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { LABELS } from '../../src/telemetry/names.js';
import { metricName, onInstances } from './queries.js';

/** The reference every panel and query uses. */
export const DATASOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

const PROBE = 'locked';

export function variables(): Builder<VariableModel>[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').description('A Prometheus.'),
    labelValues('job', 'Job', 'job', metricName(PROBE), 'The services that export locks.'),
    labelValues('instance', 'Instance', 'instance', `${metricName(PROBE)}{job=~"$job"}`, 'One process each.'),
    labelValues('lock', 'Lock', LABELS.name, onInstances(PROBE), 'The declared names; keys are not told apart.'),
    labelValues('backend', 'Backend', LABELS.backend, onInstances(PROBE), 'Where the state of the lock lives.'),
    top(),
  ];
}

function labelValues(name: string, label: string, of: string, series: string, description: string) {
  const query = `label_values(${series}, ${of})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
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
