/**
 * The alerts in the form of Grafana's own alerting, for those who evaluate alerts in Grafana and not in Prometheus.
 *
 * Invariants: the conditions are those of the rules file, with recorded series written out, so that a data source is all
 * they need; and uids follow from names, so that a new version updates the rules and does not double them.
 */
import { Document, visit } from 'yaml';
import { inlineRecords } from './inline-records.js';
import { type AlertingRule, alertsOf, type RecordingRule, type RuleFile, recordsOf } from './rule-file.js';

/** The data source of grafana/provisioning/datasources. */
export const DATASOURCE_UID = 'lockmeter-prometheus';

const HEADER = ` Made of grafana/rules/lockmeter.rules.yml by \`npm run rules\`: change that file, not this one.

 The alerts for Grafana's own alerting. Put this file in /etc/grafana/provisioning/alerting/lockmeter.yaml, or load the
 rules file in Prometheus, but not both: you would be told twice.
 The data source is the one of provisioning/datasources; with another one, replace its uid here.`;

const QUERY = 'A';
const CONDITION = 'B';
/** Seconds of history that Grafana asks for. The queries carry their own ranges; this must be positive, no more. */
const LOOK_BACK = 600;

/**
 * The text of the file for Grafana's provisioning.
 *
 * @example
 * await writeFile('provisioning/alerting/lockmeter.yaml', grafanaAlerts(readRules(text)));
 */
export function grafanaAlerts(file: RuleFile): string {
  const records = recordsOf(file);
  const rules = alertsOf(file).map((alert) => grafanaRule(alert, records));
  const groups = [{ orgId: 1, name: 'lockmeter', folder: 'Lockmeter', interval: '1m', rules }];
  return text({ apiVersion: 1, groups });
}

function grafanaRule(rule: AlertingRule, records: readonly RecordingRule[]): object {
  const expr = inlineRecords(rule.expr, records).trim();
  return {
    uid: rule.alert.toLowerCase(),
    title: rule.alert,
    condition: CONDITION,
    data: [query(expr), aboveZero()],
    // No series means that the condition holds nowhere.
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for ?? '0s',
    labels: rule.labels,
    annotations: { ...rule.annotations, description: ownValue(rule.annotations.description) },
    isPaused: false,
  };
}

function query(expr: string): object {
  return {
    refId: QUERY,
    relativeTimeRange: { from: LOOK_BACK, to: 0 },
    datasourceUid: DATASOURCE_UID,
    model: { refId: QUERY, expr, instant: true, range: false },
  };
}

/** Prometheus fires for each series that a query returns; Grafana wants a threshold. All values here are above 0. */
function aboveZero(): object {
  return {
    refId: CONDITION,
    relativeTimeRange: { from: LOOK_BACK, to: 0 },
    datasourceUid: '__expr__',
    model: {
      refId: CONDITION,
      type: 'threshold',
      expression: QUERY,
      conditions: [{ evaluator: { type: 'gt', params: [0] } }],
    },
  };
}

/** In Grafana `$value` is the text of all queries. */
function ownValue(template: string): string {
  return template.replaceAll('$value', `$values.${QUERY}.Value`);
}

function text(content: object): string {
  const document = new Document(content);
  document.commentBefore = HEADER;
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = 'BLOCK_LITERAL';
    },
  });
  return document.toString({ lineWidth: 0 });
}
