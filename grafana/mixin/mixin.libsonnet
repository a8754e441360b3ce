// The dashboards and the rules of lockmeter as a Prometheus mixin, for those who assemble theirs with jsonnet:
//
//   (import 'lockmeter/grafana/mixin/mixin.libsonnet') + { _config+:: { runbookBase: 'https://wiki.example.com/lockmeter/' } }
//
// It changes nothing in the files beside it: a mixin that rewrote queries would be rules that no test has seen.
local groups = (import 'rules.json').groups;

// A group has rules of one kind: recording rules, which have a `record`, or alerts.
local groupsOf(kind, change) = [
  group { rules: [change(rule) for rule in group.rules] }
  for group in groups
  if std.objectHas(group.rules[0], kind)
];

{
  _config+:: {
    // Put in front of every alert's `docs/runbook.md#...`.
    runbookBase: '',
    // Added to every alert, such as { team: 'checkout' }.
    alertLabels: {},
  },

  local config = self._config,

  grafanaDashboards+:: {
    'lockmeter-overview.json': import '../dashboards/lockmeter-overview.json',
    'lockmeter-lock.json': import '../dashboards/lockmeter-lock.json',
  },
  prometheusRules+:: { groups+: groupsOf('record', function(rule) rule) },
  prometheusAlerts+:: {
    groups+: groupsOf('alert', function(rule) rule {
      labels+: config.alertLabels,
      annotations+: { runbook_url: config.runbookBase + super.runbook_url },
    }),
  },
}
