/**
 * Rules for a run of a minute: half a minute between two evaluations would be all of it.
 */

/**
 * The text of a rule file with every group evaluated once a second. What an alert waits for (`for`) is left as it is.
 *
 * @example
 * evaluatedEverySecond(readFileSync('lockmeter.rules.yml', 'utf8'));
 */
export function evaluatedEverySecond(rules: string): string {
  return rules.replaceAll(/^(\s*interval:).*$/gm, '$1 1s');
}
