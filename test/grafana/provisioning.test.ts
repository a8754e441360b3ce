/** The files for Grafana's provisioning folder say what Grafana reads, agree with each other, and with the rules. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { generatedFiles } from '../../grafana/rules/generated-files.js';
import { inlineRecords } from '../../grafana/rules/inline-records.js';
import { alertsOf, readRules, recordsOf } from '../../grafana/rules/rule-file.js';
import { debianTool } from '../support/debian-tool.js';
import { INSTALLING, runTool } from './run-tool.js';

const read = (file: string) => readFileSync(`grafana/${file}`, 'utf8');
const provisioned = (kind: string) => parse(read(`provisioning/${kind}/lockmeter.yaml`));
const rulesText = read('rules/lockmeter.rules.yml');
const rules = readRules(rulesText);

interface GrafanaRule {
  uid: string;
  title: string;
  condition: string;
  for: string;
  labels: object;
  annotations: Record<string, string>;
  data: { refId: string; datasourceUid: string; model: { expr?: string } }[];
}
const grafanaRules = provisioned('alerting').groups.flatMap(
  (group: { rules: GrafanaRule[] }) => group.rules,
) as GrafanaRule[];
const queryOf = (rule: GrafanaRule) => rule.data.find(({ refId }) => refId === 'A')!;

test('the data sources are a Prometheus with its scrape interval, and the Tempo its exemplars lead to', () => {
  const [prometheus, tempo, ...others] = provisioned('datasources').datasources;
  expect(others).toEqual([]);
  expect(prometheus).toMatchObject({
    type: 'prometheus',
    uid: expect.stringMatching(/^[\w-]{1,40}$/),
    access: 'proxy',
    url: expect.stringMatching(/^http:\/\/\S+:9090$/),
    jsonData: {
      timeInterval: expect.stringMatching(/^\d+s$/),
      exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: tempo.uid }],
    },
  });
  expect(tempo).toMatchObject({ type: 'tempo', access: 'proxy', url: expect.stringMatching(/^http:\/\/\S+:3200$/) });
  expect(tempo.uid).not.toBe(prometheus.uid);
});

test('the dashboards come from a folder and are not changed in Grafana', () => {
  expect(provisioned('dashboards').providers).toEqual([
    expect.objectContaining({
      type: 'file',
      folder: 'Lockmeter',
      allowUiUpdates: false,
      options: expect.objectContaining({ path: expect.stringMatching(/^\/\S+\/lockmeter$/) }),
    }),
  ]);
});

test.each(['datasources', 'dashboards', 'alerting'])('the %s file has a version and says where it goes', (kind) => {
  expect(provisioned(kind).apiVersion).toBe(1);
  expect(read(`provisioning/${kind}/lockmeter.yaml`)).toContain(`/etc/grafana/provisioning/${kind}/lockmeter.yaml`);
});

describe('the alerts', () => {
  test.each(Object.entries(generatedFiles(rulesText)))('%s is what the rules make it', (file, text) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('are those of the rules file', () => {
    expect(
      grafanaRules.map((rule) => ({
        alert: rule.title,
        expr: queryOf(rule).model.expr,
        for: rule.for,
        labels: rule.labels,
        summary: rule.annotations.summary,
      })),
    ).toEqual(
      alertsOf(rules).map((rule) => ({
        alert: rule.alert,
        expr: inlineRecords(rule.expr, recordsOf(rules)).trim(),
        for: rule.for ?? '0s',
        labels: rule.labels,
        summary: rule.annotations.summary,
      })),
    );
  });

  test('ask the provisioned Prometheus, need nothing recorded, and fire above 0', () => {
    const [prometheus] = provisioned('datasources').datasources;
    for (const rule of grafanaRules) {
      const condition = rule.data.find(({ refId }) => refId === rule.condition);
      expect(queryOf(rule)).toMatchObject({ datasourceUid: prometheus.uid, model: { instant: true } });
      expect(queryOf(rule).model.expr).not.toMatch(/\w:lockmeter/);
      expect(condition).toMatchObject({
        datasourceUid: '__expr__',
        model: { type: 'threshold', expression: 'A', conditions: [{ evaluator: { type: 'gt', params: [0] } }] },
      });
      expect(rule.annotations.description).not.toMatch(/\$value\b/);
    }
    expect(new Set(grafanaRules.map(({ uid }) => uid)).size).toBe(grafanaRules.length);
  });

  test(
    'pass the unit tests of the rules file without its records',
    async () => {
      const promtool = await debianTool('promtool', 'prometheus');
      const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
      try {
        const inlined = grafanaRules.map((rule, i) => ({ ...alertsOf(rules)[i]!, expr: queryOf(rule).model.expr }));
        const { tests, ...unit } = parse(read('rules/lockmeter.rules_test.yml'));
        const alone = tests.map(({ promql_expr_test: _records, ...each }: Record<string, unknown>) => each);
        await writeFile(
          join(folder, 'lockmeter.rules.yml'),
          stringify({ groups: [{ name: 'alerts', rules: inlined }] }),
        );
        await writeFile(join(folder, 'test.yml'), stringify({ ...unit, tests: alone }));
        expect(await runTool(promtool, ['test', 'rules', join(folder, 'test.yml')])).toMatchObject({ code: 0 });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    INSTALLING,
  );
});

describe('inlineRecords', () => {
  const records = [
    { record: 'a:b:c', expr: 'sum by (job) (x{y="1"}) / z' },
    { record: 'a:d:e', expr: 'a:b:c * 2' },
  ];

  test('puts the expression in parentheses in the place of its name', () => {
    expect(inlineRecords('a:b:c > 1 and other{k="v"} > a:b:c', records)).toBe(
      '(sum by (job) (x{y="1"}) / z) > 1 and other{k="v"} > (sum by (job) (x{y="1"}) / z)',
    );
  });

  test('moves matchers to all it is made of, through records of records', () => {
    expect(inlineRecords('a:d:e{job="j",lock_name!="n"}', records)).toBe(
      '((sum by (job) (x{y="1",job="j",lock_name!="n"}) / z{job="j",lock_name!="n"}) * 2)',
    );
  });

  test('refuses a matcher on a label that the record does not keep', () => {
    expect(() => inlineRecords('a:b:c{instance="i"}', records)).toThrow('instance="i" cannot be moved into a:b:c');
  });
});
