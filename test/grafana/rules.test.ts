/** The rules as Prometheus' own promtool sees them, and what every alert must have. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { alertsOf, readRules, recordsOf } from '../../grafana/rules/rule-file.js';
import { FAILED } from '../../grafana/src/queries.js';
import { METRIC_PREFIX, METRICS } from '../../src/telemetry/names.js';
import { debianTool } from '../support/debian-tool.js';
import { INSTALLING, runTool } from './run-tool.js';

const RULES = 'grafana/rules/lockmeter.rules.yml';
const UNIT_TESTS = 'grafana/rules/lockmeter.rules_test.yml';
const text = readFileSync(RULES, 'utf8');
const file = readRules(text);
const alerts = alertsOf(file);
const records = recordsOf(file);

interface UnitTest {
  promql_expr_test?: { expr: string; exp_samples: unknown[] }[];
  alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
}
const unitTests = (parse(readFileSync(UNIT_TESTS, 'utf8')) as { tests: UnitTest[] }).tests;

let promtool: string;
beforeAll(async () => {
  promtool = await debianTool('promtool', 'prometheus');
}, INSTALLING);

test('promtool accepts them', async () => {
  expect(await runTool(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', RULES])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${alerts.length + records.length} rules found`),
  });
});

test('their unit tests pass', async () => {
  expect(await runTool(promtool, ['test', 'rules', UNIT_TESTS])).toMatchObject({ code: 0 });
});

test('every record has a value in a unit test', () => {
  const asked = unitTests.flatMap(({ promql_expr_test: tests = [] }) =>
    tests.filter((each) => each.exp_samples.length),
  );
  expect(records).not.toEqual([]);
  for (const { record } of records) {
    expect([record, asked.some(({ expr }) => expr.includes(record))]).toEqual([record, true]);
  }
});

test('every alert fires in a unit test, and is silent in one', () => {
  const cases = unitTests.flatMap(({ alert_rule_test: tests = [] }) => tests);
  for (const { alert } of alerts) {
    const fired = cases.filter(({ alertname }) => alertname === alert).map((each) => each.exp_alerts.length > 0);
    expect([alert, fired.includes(true), fired.includes(false)]).toEqual([alert, true, true]);
  }
});

test('they ask for metrics that are exported, and for nothing else', () => {
  const series = Object.values(METRICS).flatMap(({ name, type }) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((part) => METRIC_PREFIX + name + part),
  );
  const known = new Set([...series, ...records.map(({ record }) => record)]);
  for (const { expr } of [...alerts, ...records]) {
    const asked = expr.match(/[a-z_]*:?lockmeter_[\w:]+/g) ?? [];
    expect(asked).not.toEqual([]);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  }
});

test('what fails for the alert fails on the dashboards', () => {
  const { expr } = alerts.find(({ alert }) => alert === 'LockmeterAcquireFailing')!;
  expect(/lock_outcome=~"([^"]+)"/.exec(expr)?.[1]?.split('|')).toEqual(FAILED);
});

test('there are eight alerts', () => {
  expect(alerts.map(({ alert, labels }) => `${alert} ${labels.severity}`)).toEqual([
    'LockmeterHolderStuck critical',
    'LockmeterDeadlockDetected critical',
    'LockmeterLeaseLost critical',
    'LockmeterWaitSlow warning',
    'LockmeterSaturated warning',
    'LockmeterAcquireFailing warning',
    'LockmeterBackendFailing warning',
    'LockmeterSeriesOverflow info',
  ]);
});

test.each(alerts)('$alert: a summary for all of them, a description of this one, and where to read on', (rule) => {
  expect(rule.annotations).toEqual({
    summary: expect.stringMatching(/^[A-Z][^{}]+\.$/),
    description: expect.stringMatching(/\{\{ \$labels\.\w+ \}\}.*\.$/),
    runbook_url: `docs/runbook.md#${rule.alert.toLowerCase()}`,
  });
});
