/**
 * The scenario, watched by a real Prometheus: what the proof asks and the pictures show.
 *
 * Invariant: both start or neither does, and `stop()` ends both, whichever of them does not want to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Scenario, type ScenarioOptions, startScenario } from '../../examples/scenario/scenario.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';

/** Both of them. */
export interface LiveRun {
  readonly scenario: Scenario;
  readonly prometheus: PrometheusServer;
  stop(): Promise<void>;
}

/** The `job` label of the scenario. */
export const JOB = 'shop';

/** How long scrapes may fail before that is an error, in milliseconds: on a busy machine one may take too long. */
const PATIENCE = 10_000;

/**
 * Starts the scenario, and the Prometheus at `program` with the text of a rule file, or without rules.
 *
 * @throws Error when one of them does not start.
 * @example
 * const run = await startLiveRun('/usr/bin/prometheus', rules);
 * await until(run, 60);
 * const results = await runPanelQueries(run.prometheus.api, dashboard, { range, rateInterval: 15 });
 * await run.stop();
 */
export async function startLiveRun(program: string, rules?: string, options?: ScenarioOptions): Promise<LiveRun> {
  const scenario = await startScenario(0, options);
  try {
    const target = `127.0.0.1:${scenario.port}`;
    const prometheus = await startPrometheus({ program, target, job: JOB, rules });
    return {
      scenario,
      prometheus,
      async stop() {
        const stopped = await Promise.allSettled([prometheus.stop(), scenario.stop()]);
        for (const each of stopped) if (each.status === 'rejected') throw each.reason;
      },
    };
  } catch (error) {
    await scenario.stop();
    throw error;
  }
}

/** Resolves when the scenario has run for this many seconds. */
export async function until({ scenario }: LiveRun, seconds: number): Promise<void> {
  await sleep(Math.max(0, scenario.startedAt + seconds * 1e3 - Date.now()));
}

/**
 * Resolves when Prometheus has scraped and evaluated everything that was there when this was called.
 *
 * @throws Error when scrapes go on failing, with the reason.
 */
export async function scraped({ prometheus }: LiveRun): Promise<void> {
  const asked = Date.now();
  for (;;) {
    const [target] = (await prometheus.api.targets()).activeTargets;
    // A second more for the rules, which are evaluated between two scrapes.
    if (target?.health === 'up' && Date.parse(target.lastScrape) > asked + 1_000) return;
    if (Date.now() > asked + PATIENCE) throw new Error(`nothing was scraped: ${target?.lastError}`);
    await sleep(100);
  }
}
