/** Both dashboards keep every rule, but where a waiver says why not; and every rule catches what it is there for. */
import {
  type Dashboard,
  dashboards,
  oneLock,
  overview,
  type Panel,
  panelsOf,
  queriesOf,
  type Variable,
} from './dashboards.js';
import { FOREIGN, lint, RULES, type RuleName } from './lint.js';
import { selected } from './promql.js';

/** Where a rule is broken on purpose. One that nothing needs any more fails the tests. */
const WAIVERS: readonly { rule: RuleName; panel: string; reason: string }[] = [
  {
    rule: 'target-counter-agg-rule',
    panel: 'Names over the limit',
    reason: 'a name that went over the limit stays over it, so the count so far is what is true now, not its rate',
  },
];

const waived = (rule: RuleName, panel?: string) => WAIVERS.some((one) => one.rule === rule && one.panel === panel);

test.each(dashboards)('%s keeps the rules', (_file, dashboard) => {
  expect(lint(dashboard).filter(({ rule, panel }) => !waived(rule, panel))).toEqual([]);
});

test.each(WAIVERS)('the waiver of $rule for "$panel" is needed', ({ rule, panel }) => {
  const found = dashboards.flatMap(([, dashboard]) => lint(dashboard));
  expect(found).toContainEqual(expect.objectContaining({ rule, panel }));
});

test.each(FOREIGN)('$name is read by some query', ({ name }) => {
  const read = dashboards.flatMap(([, dashboard]) => [
    ...queriesOf(dashboard).map(([, query]) => query),
    ...dashboard.annotations.list.map(({ expr }) => expr),
  ]);
  expect(read.flatMap(selected).some(({ metric }) => name.test(metric))).toBe(true);
});

/** For each rule, what breaks it. Keyed by all of them, so that a new rule needs a control to compile. */
const CONTROLS: Record<RuleName, ((dashboard: Dashboard) => void)[]> = {
  'template-datasource-rule': [
    (d) => {
      variable(d, 'datasource').label = 'Data Source';
    },
    (d) => {
      variable(d, 'datasource').name = 'prometheus';
    },
    (d) => {
      d.templating.list.push({ ...variable(d, 'datasource'), name: 'other' });
    },
    (d) => {
      d.templating.list.shift();
    },
  ],
  'template-job-rule': [drop('job'), set('job', { multi: false }), set('job', { allValue: '.*' })],
  'template-instance-rule': [drop('instance'), set('instance', { label: 'Host' }), set('instance', { type: 'custom' })],
  'template-on-time-change-reload-rule': [set('lock', { refresh: 1 })],
  'template-label-promql-rule': [
    set('lock', { query: { query: 'label_values(lockmeter_locked{, lock_name)' } }),
    set('lock', { query: { query: 'metrics(lockmeter_.*)' } }),
  ],
  'panel-datasource-rule': [
    (d) => {
      panel(d).datasource = { type: 'prometheus', uid: 'prometheus' };
    },
    (d) => {
      panel(d).targets![0]!.datasource = undefined;
    },
  ],
  'panel-title-description-rule': [
    (d) => {
      panel(d).description = '';
    },
    (d) => {
      panel(d).title = '';
    },
  ],
  'panel-units-rule': [
    (d) => {
      panel(d).fieldConfig!.defaults.unit = 'seconds';
    },
    (d) => {
      panel(d).fieldConfig!.overrides.push({
        matcher: { id: 'byName', options: 'a' },
        properties: [{ id: 'unit', value: 'furlong' }],
      });
    },
  ],
  'panel-no-targets-rule': [
    (d) => {
      panel(d).targets = [];
    },
  ],
  'target-promql-rule': [
    asks('sum by (le (rate(a_total[5m]))'),
    asks('rate(a_total[$__rate_interval)'),
    asks('sum(a_total{job=~"$job})'),
    asks('sum(a) sum(b)'),
    asks('topk($unknown, a)'),
  ],
  'target-rate-interval-rule': [
    asks('rate(lockmeter_acquisitions_total[5m])'),
    asks('max_over_time(lockmeter_locked[1h])'),
  ],
  'target-job-rule': [asks('lockmeter_locked{instance=~"$instance"}'), asks('lockmeter_locked{job="$job"}')],
  'target-instance-rule': [asks('lockmeter_locked{job=~"$job"}'), asks('a{instance=~"$instance"} + b{job=~"$job"}')],
  'target-counter-agg-rule': [
    asks('sum(lockmeter_acquisitions_total)'),
    asks('max_over_time(lockmeter_acquisitions_total[$__rate_interval])'),
  ],
  'uneditable-dashboard-rule': [
    (d) => {
      d.editable = true;
    },
  ],
  'own-metric-rule': [
    asks('lockmeter_semaphores'),
    asks('rate(lockmeter_wait_duration_seconds[5m])'),
    asks('lockmeter_locked_bucket'),
    asks('up'),
  ],
  'own-chosen-rule': [
    asks('lockmeter_locked{job=~"$job",lock_backend=~"$backend"}'),
    asks('lockmeter_locked{lock_name=~"$lock"} + lockmeter_locked{lock_name="$lock"}'),
    asks('lockmeter_backend_duration_seconds_count{job=~"$job"}'),
  ],
  'own-annotation-rule': [annotates('ALERTS{alertstate="firing"}'), annotates('ALERTS{job=~"$job"')],
  'own-histogram-rule': [
    asks('histogram_quantile(0.9, lockmeter_wait_duration_seconds_bucket)'),
    asks('lockmeter_hold_duration_seconds_sum'),
  ],
  'own-gauge-rule': [asks('rate(lockmeter_locked[$__rate_interval])')],
  'own-exemplar-rule': [
    (d) => {
      quantile(d).exemplar = false;
    },
  ],
  'own-ids-rule': [
    (d) => {
      panel(d).id = 1;
    },
  ],
  'own-titles-rule': [
    (d) => {
      panel(d).title = panelsOf(d).at(-1)!.title;
    },
  ],
  'own-grid-rule': [
    (d) => {
      panel(d).gridPos.x += 1;
    },
    (d) => {
      panelsOf(d).at(-1)!.gridPos.w += 1;
    },
  ],
};

const controls = Object.entries(CONTROLS).flatMap(([rule, breaks]) =>
  breaks.map((break_, i): [string, (dashboard: Dashboard) => void] => [`${rule} ${i}`, break_]),
);

describe.each([
  ['overview', overview],
  ['one lock', oneLock],
])('what the rules catch on %s', (_which, original) => {
  test.each(controls)('%s', (name, break_) => {
    const [rule] = name.split(' ') as [RuleName];
    const dashboard = structuredClone(original);
    const before = RULES[rule](dashboard).length;
    break_(dashboard);
    expect(RULES[rule](dashboard).length).toBeGreaterThan(before);
  });
});

function variable(dashboard: Dashboard, name: string): Variable {
  return dashboard.templating.list.find((one) => one.name === name)!;
}

function panel(dashboard: Dashboard): Panel {
  return panelsOf(dashboard)[0]!;
}

function quantile(dashboard: Dashboard) {
  return panelsOf(dashboard).find(({ title }) => title === 'Wait time')!.targets![0]!;
}

function drop(name: string) {
  return (dashboard: Dashboard) => {
    dashboard.templating.list = dashboard.templating.list.filter((one) => one.name !== name);
  };
}

function set(name: string, values: Partial<Variable>) {
  return (dashboard: Dashboard) => {
    Object.assign(variable(dashboard, name), values);
  };
}

function asks(expr: string) {
  return (dashboard: Dashboard) => {
    panel(dashboard).targets![0]!.expr = expr;
  };
}

function annotates(expr: string) {
  return (dashboard: Dashboard) => {
    dashboard.annotations.list.push({ name: 'control', expr, datasource: panel(dashboard).datasource });
  };
}
