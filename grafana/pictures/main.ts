/**
 * `npm run pictures`: plays the scenario before a real Prometheus, asks it what every panel asks, and draws each dashboard
 * into `docs/pictures/`. It takes three minutes, `SECONDS` of which the scenario is watched.
 *
 * Invariant: the questions are asked while the scenario still runs, so "now" in a picture is a moment under load. The import
 * is stuck for the last two thirds, so a picture shows what is usual, and what that looks like.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { LOCK } from '../../examples/scenario/lock-names.js';
import { debianTool } from '../../test/support/debian-tool.js';
import { type Dashboard, readDashboards } from '../live/dashboards.js';
import { startLiveRun, until } from '../live/live-run.js';
import { runPanelQueries } from '../live/panel-queries.js';
import type { DashboardJson } from './dashboard-json.js';
import { excerpt } from './excerpt.js';
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
const CHOSEN: Readonly<Record<string, Choices>> = { 'lockmeter-lock': { lock: LOCK.priceImport } };

/** The rows that the README shows, by the dashboard's uid. */
const EXCERPTS: Readonly<Record<string, readonly string[]>> = {
  'lockmeter-overview': ['Summary', 'Contention', 'Now'],
};

const [prometheusProgram, chromium, pngquant] = [
  await debianTool('prometheus', 'prometheus'),
  await debianTool('chromium', 'chromium'),
  await debianTool('pngquant', 'pngquant'),
];
const shownAfter = RATE_INTERVAL + SETTLING;
const run = await startLiveRun(prometheusProgram, undefined, { stuckAfter: (shownAfter + WATCHED / 3) * 1e3 });
try {
  await until(run, shownAfter + WATCHED);
  const { api } = run.prometheus;
  const end = Math.floor(Date.now() / 1e3);
  const start = end - WATCHED;
  await mkdir(FOLDER, { recursive: true });
  const dashboards = readDashboards(pathToFileURL('grafana/dashboards/')) as (Dashboard & DashboardJson)[];
  for (const dashboard of dashboards) {
    const chosen = CHOSEN[dashboard.uid] ?? {};
    const range = { start, end, step: STEP };
    const results = await runPanelQueries(api, dashboard, { range, rateInterval: RATE_INTERVAL, chosen });
    await draw(dashboard.uid, dashboardPage(dashboard, results, chosen));
    const rows = EXCERPTS[dashboard.uid];
    if (rows !== undefined)
      await draw(`${dashboard.uid}-excerpt`, dashboardPage(excerpt(dashboard, rows), results, chosen));
  }
} finally {
  await run.stop();
}

async function draw(name: string, page: ReturnType<typeof dashboardPage>): Promise<void> {
  const file = `${FOLDER}/${name}.png`;
  const png = await quantise(pngquant, await screenshot(chromium, page));
  await writeFile(file, png);
  console.log(`${file}: ${Math.round(png.length / 1e3)} kB`);
}
