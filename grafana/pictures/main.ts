/**
 * `npm run pictures`: plays the scenario before a real Prometheus, asks it what every panel asks, and draws each dashboard
 * into `docs/pictures/`. It takes three minutes, `SECONDS` of which the scenario is watched.
 *
 * Invariant: the questions are asked while the scenario still runs, so "now" in a picture is a moment under load.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LOCK } from '../../examples/scenario/lock-names.js';
import { startScenario } from '../../examples/scenario/scenario.js';
import { debianTool } from '../../test/support/debian-tool.js';
import { type Dashboard, readDashboards } from '../live/dashboards.js';
import { runPanelQueries } from '../live/panel-queries.js';
import { startPrometheus } from '../live/prometheus-server.js';
import type { DashboardJson } from './dashboard-json.js';
import { type Choices, dashboardPage } from './page.js';
import { quantise } from './quantise.js';
import { screenshot } from './screenshot.js';

const WATCHED = Number(process.env.SECONDS ?? 150);
/** Seconds. A rate needs a few scrapes before the first moment that is shown. */
const RATE_INTERVAL = 15;
/** Seconds until Prometheus has scraped for the first time and everybody who comes has come once. */
const SETTLING = 10;
const STEP = 1;

const FOLDER = 'docs/pictures';
/** By the dashboard's uid. */
const CHOSEN: Readonly<Record<string, Choices>> = { 'lockmeter-lock': { lock: LOCK.checkout } };

const [prometheusProgram, chromium, pngquant] = [
  await debianTool('prometheus', 'prometheus'),
  await debianTool('chromium', 'chromium'),
  await debianTool('pngquant', 'pngquant'),
];
const scenario = await startScenario(0);
const prometheus = await startPrometheus({
  program: prometheusProgram,
  target: `127.0.0.1:${scenario.port}`,
  job: 'shop',
});
try {
  const start = Math.ceil(Date.now() / 1e3) + RATE_INTERVAL + SETTLING;
  const end = start + WATCHED;
  await sleep(end * 1e3 - Date.now());
  await mkdir(FOLDER, { recursive: true });
  const dashboards = readDashboards(pathToFileURL('grafana/dashboards/')) as (Dashboard & DashboardJson)[];
  for (const dashboard of dashboards) {
    const chosen = CHOSEN[dashboard.uid] ?? {};
    const range = { start, end, step: STEP };
    const results = await runPanelQueries(prometheus.api, dashboard, { range, rateInterval: RATE_INTERVAL, chosen });
    const png = await screenshot(chromium, dashboardPage(dashboard, results, chosen));
    const file = `${FOLDER}/${dashboard.uid}.png`;
    const smaller = await quantise(pngquant, png);
    await writeFile(file, smaller);
    console.log(`${file}: ${Math.round(smaller.length / 1e3)} kB`);
  }
} finally {
  await prometheus.stop();
  await scenario.stop();
}
