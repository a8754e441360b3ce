/**
 * The scenario as a program, for a Prometheus and a Grafana of your own to look at: `/metrics` is on `PORT`, or 3000.
 */
import { once } from 'node:events';
import { shopOptions, UsageError } from '../shared/options.js';
import { startScenario } from './scenario.js';

/** Milliseconds in which all is well. */
const STUCK_AFTER = 60_000;

try {
  const scenario = await startScenario(shopOptions([], process.env).port, { stuckAfter: STUCK_AFTER });
  console.log(`The scenario runs: scrape http://localhost:${scenario.port}/metrics. Ctrl+C ends it.`);
  console.log(`In ${STUCK_AFTER / 1e3} s an import gets stuck.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await scenario.stop();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
