/**
 * The configuration of the Prometheus that a proof starts: everything once a second.
 */

/** As an object: JSON is YAML. */
export function prometheusConfig(target: string, job: string, ruleFiles: readonly string[]): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    storage: { exemplars: { max_exemplars: 10_000 } },
    rule_files: ruleFiles,
    scrape_configs: [{ job_name: job, static_configs: [{ targets: [target] }] }],
  };
}
