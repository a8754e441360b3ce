/**
 * What is made of the rules file. One list, so that the program which writes the files and the test which compares them
 * with the rules cannot differ.
 */
import { grafanaAlerts } from './grafana-alerts.js';
import { readRules } from './rule-file.js';

/**
 * The texts by their file, from the root of the package.
 *
 * @example
 * generatedFiles(await readFile('grafana/rules/lockmeter.rules.yml', 'utf8'))['grafana/mixin/rules.json'];
 */
export function generatedFiles(rules: string): Record<string, string> {
  const file = readRules(rules);
  return {
    'grafana/provisioning/alerting/lockmeter.yaml': grafanaAlerts(file),
    // JSON, because jsonnet 0.18 aborts at a YAML text of several lines.
    'grafana/mixin/rules.json': `${JSON.stringify(file, null, 2)}\n`,
  };
}
