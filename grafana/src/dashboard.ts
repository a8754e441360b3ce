/**
 * The dashboard as a whole. Its source is code so that its queries use the names the package exports, and so that a change
 * of one is a change of the other.
 *
 * Invariant: the text depends on the source alone (fixed uid, ids by position, sorted keys), so the committed file can be
 * compared with it.
 */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { OVERVIEW_UID } from './links.js';
import { contention } from './rows/contention.js';
import { hold } from './rows/hold.js';
import { now } from './rows/now.js';
import { summary } from './rows/summary.js';
import { wait } from './rows/wait.js';
import { variables } from './variables.js';

/** The name of the file, without its folder. */
export const OVERVIEW_FILE = 'lockmeter-overview.json';

/**
 * The overview of all locks, in Grafana's classic dashboard schema.
 *
 * @example
 * overview().panels?.length; // rows included
 */
export function overview(): Dashboard {
  const builder = new DashboardBuilder('Lockmeter / Overview')
    .uid(OVERVIEW_UID)
    .description('Who waits for a lock, who holds one, and for how long. Generated: change its source, not this copy.')
    .tags(['lockmeter', 'locks', 'nodejs'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .annotations([])
    .variables(variables());
  for (const { title, panels } of [summary(), contention(), wait(), hold(), now()]) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  for (const [i, panel] of (dashboard.panels ?? []).entries()) panel.id = i + 1;
  return dashboard;
}

/**
 * The text of a dashboard file: keys sorted, two spaces, a newline at the end.
 *
 * @example
 * await writeFile('lockmeter-overview.json', render(overview()));
 */
export function render(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, sortKeys, 2)}\n`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
