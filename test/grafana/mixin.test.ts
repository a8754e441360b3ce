/** The mixin as jsonnet evaluates it: the dashboards and rules of this package, with what its settings add. */
import { readFileSync } from 'node:fs';
import { alertsOf, type RuleFile, readRules, recordsOf } from '../../grafana/rules/rule-file.js';
import { debianTool } from '../support/debian-tool.js';
import { INSTALLING, runTool } from './run-tool.js';

const MIXIN = "(import 'grafana/mixin/mixin.libsonnet')";
const rules = readRules(readFileSync('grafana/rules/lockmeter.rules.yml', 'utf8'));

interface Evaluated {
  dashboards: Record<string, unknown>;
  rules: RuleFile;
  alerts: RuleFile;
}

let jsonnet: string;
beforeAll(async () => {
  jsonnet = await debianTool('jsonnet', 'jsonnet');
}, INSTALLING);

async function evaluate(mixin: string): Promise<Evaluated> {
  const fields = '{ dashboards: m.grafanaDashboards, rules: m.prometheusRules, alerts: m.prometheusAlerts }';
  const { code, stdout, stderr } = await runTool(jsonnet, ['-e', `local m = ${mixin}; ${fields}`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Evaluated;
}

test('it has both dashboards, and the rules in two parts', async () => {
  const mixin = await evaluate(MIXIN);
  expect(Object.keys(mixin.dashboards).sort()).toEqual(['lockmeter-lock.json', 'lockmeter-overview.json']);
  for (const [name, dashboard] of Object.entries(mixin.dashboards)) {
    expect(dashboard).toEqual(JSON.parse(readFileSync(`grafana/dashboards/${name}`, 'utf8')));
  }
  expect([...mixin.rules.groups, ...mixin.alerts.groups]).toEqual(rules.groups);
  expect(recordsOf(mixin.rules)).toEqual(recordsOf(rules));
  expect(alertsOf(mixin.rules)).toEqual([]);
  expect(alertsOf(mixin.alerts)).toEqual(alertsOf(rules));
});

test('its settings reach every alert, and nothing else', async () => {
  const settings = "{ _config+:: { runbookBase: 'https://wiki/', alertLabels: { team: 'shop' } } }";
  const mixin = await evaluate(`${MIXIN} + ${settings}`);
  expect(alertsOf(mixin.alerts)).toEqual(
    alertsOf(rules).map((rule) => ({
      ...rule,
      labels: { ...rule.labels, team: 'shop' },
      annotations: { ...rule.annotations, runbook_url: `https://wiki/${rule.annotations.runbook_url}` },
    })),
  );
  expect(mixin.rules).toEqual((await evaluate(MIXIN)).rules);
});

test('it joins other mixins', async () => {
  const other =
    "{ prometheusAlerts+:: { groups+: [{ name: 'other', rules: [] }] }, grafanaDashboards+:: { 'other.json': {} } }";
  const mixin = await evaluate(`${other} + ${MIXIN}`);
  expect(mixin.alerts.groups.map(({ name }) => name)).toEqual(['other', 'lockmeter.alerts']);
  expect(Object.keys(mixin.dashboards)).toContain('other.json');
});
