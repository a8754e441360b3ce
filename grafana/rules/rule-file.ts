/**
 * The rules file of Prometheus as data. The file is the source; what is made of it for Grafana and for jsonnet is made
 * through these types.
 */
import { parse } from 'yaml';

/** A series that Prometheus computes and keeps. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** A condition that somebody is told of. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the condition must hold, such as `10m`; at once where it is missing. */
  readonly for?: string;
  readonly labels: { readonly severity: 'critical' | 'warning' | 'info' };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

/** Rules that are evaluated together. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** The whole file. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/**
 * @throws YAMLParseError when it is not YAML. What the rules say is for promtool to check.
 * @example
 * alertsOf(readRules(await readFile('lockmeter.rules.yml', 'utf8'))).map(({ alert }) => alert);
 */
export function readRules(text: string): RuleFile {
  return parse(text) as RuleFile;
}

/** The recording rules of all groups. */
export function recordsOf(file: RuleFile): RecordingRule[] {
  return file.groups.flatMap(({ rules }) => rules.filter((rule): rule is RecordingRule => 'record' in rule));
}

/** The alerts of all groups. */
export function alertsOf(file: RuleFile): AlertingRule[] {
  return file.groups.flatMap(({ rules }) => rules.filter((rule): rule is AlertingRule => 'alert' in rule));
}
