/**
 * The rules of Grafana's dashboard linter, under its names, and some of our own (`own-…`), as code: the linter itself is a Go
 * program.
 *
 * Invariant: a rule says where it is broken and never throws, so that one broken panel does not hide the next.
 */
import * as units from '@grafana/grafana-foundation-sdk/units';
import { CHOSEN_SOURCE, type Dashboard, type Panel, panelsOf, type Variable } from './dashboards.js';
import { exportedAs, type Selected, selected, syntaxErrors } from './promql.js';

/** Where a rule is broken, and by what. `panel` is missing where it is the dashboard as a whole. */
export interface Finding {
  panel?: string;
  what: string;
}

type Rule = (dashboard: Dashboard) => Finding[];

const ON_TIME_RANGE_CHANGE = 2;
const UNITS = new Set<unknown>(Object.values(units));
const RATES = ['rate', 'irate', 'increase'];

/** Metrics that are not this package's, and why they are on a dashboard all the same. */
export const FOREIGN: readonly { name: RegExp; reason: string }[] = [
  {
    name: /^nodejs_eventloop_lag_/,
    reason: 'default metrics of prom-client: a blocked event loop looks like a slow lock',
  },
  { name: /^scrape_/, reason: 'Prometheus makes them for each target: what the page of metrics costs' },
  { name: /^ALERTS$/, reason: 'Prometheus makes it for each alert: the annotations' },
];

export const RULES = {
  'template-datasource-rule': ({ templating }) => {
    const sources = templating.list.filter(({ type }) => type === 'datasource');
    const right = sources.length === 1 && sources[0]!.name === 'datasource' && sources[0]!.label === 'Data source';
    return right ? [] : [{ what: `data source variables: ${sources.map(({ name, label }) => `${name} (${label})`)}` }];
  },
  'template-job-rule': targetVariable('job', 'Job'),
  'template-instance-rule': targetVariable('instance', 'Instance'),
  'template-on-time-change-reload-rule': (dashboard) =>
    lookups(dashboard)
      .filter(({ refresh }) => refresh !== ON_TIME_RANGE_CHANGE)
      .map(({ name }) => ({ what: name })),
  'template-label-promql-rule': (dashboard) =>
    lookups(dashboard).flatMap(({ name, query }) => {
      const series = /^label_values\((.+), \w+\)$/.exec((query as { query: string }).query)?.[1];
      const errors = series === undefined ? ['not label_values(series, label)'] : syntaxErrors(series);
      return errors.map((error) => ({ what: `${name}: ${error}` }));
    }),
  'panel-datasource-rule': eachPanel(({ datasource, targets = [] }) =>
    [datasource, ...targets.map((target) => target.datasource)]
      .filter((source) => !sameAs(CHOSEN_SOURCE)(source))
      .map((source) => JSON.stringify(source)),
  ),
  'panel-title-description-rule': eachPanel(({ title, description }) => (title && description ? [] : ['missing'])),
  'panel-units-rule': eachPanel(({ fieldConfig }) => {
    const overridden = fieldConfig?.overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'unit'));
    return [fieldConfig?.defaults.unit, ...(overridden ?? []).map(({ value }) => value)]
      .filter((unit) => !UNITS.has(unit))
      .map(String);
  }),
  'panel-no-targets-rule': eachPanel(({ targets = [] }) => (targets.length > 0 ? [] : ['no query'])),
  'target-promql-rule': eachQuery(syntaxErrors),
  'target-rate-interval-rule': eachSelector(({ range }) => range === undefined || range === '$__rate_interval'),
  'target-job-rule': eachSelector(({ matchers }) => matchers.includes('job=~"$job"')),
  'target-instance-rule': eachSelector(({ matchers }) => matchers.includes('instance=~"$instance"')),
  'target-counter-agg-rule': eachSelector(({ metric, over }) => !metric.endsWith('_total') || RATES.includes(over!)),
  'uneditable-dashboard-rule': ({ editable }) => (editable ? [{ what: 'editable' }] : []),
  'own-metric-rule': eachSelector(
    ({ metric }) => !!exportedAs(metric) || FOREIGN.some(({ name }) => name.test(metric)),
  ),
  'own-chosen-rule': (dashboard) => {
    const backend = 'lock_backend=~"$backend"';
    const lock = dashboard.templating.list.find(({ name }) => name === 'lock')?.multi ? '=~' : '=';
    const needed = { process: [], backend: [backend], lock: [backend, `lock_name${lock}"$lock"`] };
    return eachSelector(({ metric, matchers }) =>
      needed[exportedAs(metric)?.scope ?? 'process'].every((matcher) => matchers.includes(matcher)),
    )(dashboard);
  },
  'own-annotation-rule': ({ annotations }) =>
    annotations.list
      .filter(({ expr, datasource }) => {
        const narrowed = selected(expr).every(({ matchers }) => matchers.includes('job=~"$job"'));
        return syntaxErrors(expr).length > 0 || !narrowed || !sameAs(CHOSEN_SOURCE)(datasource);
      })
      .map(({ name }) => ({ what: name })),
  'own-histogram-rule': eachSelector(
    ({ metric, over }) => exportedAs(metric)?.type !== 'histogram' || RATES.includes(over!),
  ),
  'own-gauge-rule': eachSelector(({ metric, over }) => exportedAs(metric)?.type !== 'gauge' || over === undefined),
  'own-exemplar-rule': eachPanel(({ type, targets = [] }) =>
    targets
      .filter(({ expr, exemplar }) => type === 'timeseries' && expr.startsWith('histogram_quantile') && !exemplar)
      .map(({ refId }) => refId),
  ),
  'own-ids-rule': ({ panels }) => repeated(panels.map(({ id }) => id)).map((id) => ({ what: `panel id ${id}` })),
  'own-titles-rule': (dashboard) => repeated(panelsOf(dashboard).map(({ title }) => title)).map((what) => ({ what })),
  'own-grid-rule': ({ panels }) => [...outside(panels), ...overlaps(panels)],
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** Every place where a dashboard breaks a rule. */
export function lint(dashboard: Dashboard): (Finding & { rule: RuleName })[] {
  return (Object.keys(RULES) as RuleName[]).flatMap((rule) =>
    (RULES[rule] as Rule)(dashboard).map((finding) => ({ rule, ...finding })),
  );
}

function lookups({ templating }: Dashboard): Variable[] {
  return templating.list.filter(({ type }) => type === 'query');
}

function targetVariable(name: string, label: string): Rule {
  const form = { label, type: 'query', multi: true, includeAll: true, allValue: '.+', datasource: CHOSEN_SOURCE };
  return ({ templating }) => {
    const variable = templating.list.find((one) => one.name === name);
    return Object.entries(form)
      .filter(([key, value]) => !sameAs(value)(variable?.[key as keyof Variable]))
      .map(([key]) => ({ what: `${name}: ${key}` }));
  };
}

function eachPanel(check: (panel: Panel) => string[]): Rule {
  return (dashboard) =>
    panelsOf(dashboard).flatMap((panel) => check(panel).map((what) => ({ panel: panel.title, what })));
}

function eachQuery(check: (query: string) => string[]): Rule {
  return eachPanel(({ targets = [] }) => targets.flatMap(({ expr }) => check(expr)));
}

function eachSelector(right: (selector: Selected) => boolean): Rule {
  return eachQuery((query) => [
    ...new Set(
      selected(query)
        .filter((one) => !right(one))
        .map(({ metric }) => metric),
    ),
  ]);
}

function sameAs(wanted: unknown): (value: unknown) => boolean {
  return (value) => JSON.stringify(value) === JSON.stringify(wanted);
}

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, i) => values.indexOf(value) !== i);
}

function outside(panels: readonly Panel[]): Finding[] {
  return panels.filter(({ gridPos: { x, w } }) => x + w > 24).map(({ title }) => ({ panel: title, what: 'too wide' }));
}

function overlaps(panels: readonly Panel[]): Finding[] {
  return panels.flatMap(({ title, gridPos: p }, i) =>
    panels
      .slice(i + 1)
      .filter(({ gridPos: q }) => p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h)
      .map((other) => ({ panel: title, what: `over ${other.title}` })),
  );
}
