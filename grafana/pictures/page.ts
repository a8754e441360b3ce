/**
 * A dashboard as one HTML page that needs nothing but itself.
 */
import { readFileSync } from 'node:fs';
import { THEME } from './colours.js';
import type { DashboardJson, TargetResult } from './dashboard-json.js';
import { Html, html } from './html.js';
import { HEADER, PAGE_WIDTH, pageHeight, placed } from './layout.js';
import { renderPanel } from './panel.js';
import { clockTime, timeAxis } from './time-axis.js';

/** Said in every picture. */
export const CAPTION = "Rendered from real query results by lockmeter's own renderer; Grafana draws it differently.";

/** What is chosen in a dashboard's variables, where that is not everything. */
export type Choices = Readonly<Record<string, string>>;

/** What becomes a picture. */
export interface Page {
  readonly html: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * The page of a dashboard, drawn with what its queries gave.
 *
 * @param results - of this dashboard only, one for each target.
 * @throws Error when something in the dashboard cannot be drawn.
 * @example
 * const { html, width, height } = dashboardPage(JSON.parse(text), results, { lock: '/checkout' });
 */
export function dashboardPage(dashboard: DashboardJson, results: readonly TargetResult[], chosen: Choices = {}): Page {
  const time = timeAxis(results);
  const choices = Object.entries(chosen).map(([variable, value]) => html`<kbd>${variable}<b>${value}</b></kbd>`);
  const panels = placed(dashboard.panels);
  const height = pageHeight(panels);
  const range = `${clockTime(time.times[0]!)} – ${clockTime(time.times.at(-1)!)} UTC`;
  const theme = Object.entries(THEME).map(([name, colour]) => `--${name}: ${colour};`);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${dashboard.title}</title>
<style>:root { ${trusted(theme.join(' '))} } ${trusted(text('node_modules/uplot/dist/uPlot.min.css'))}${trusted(text('grafana/pictures/page.css'))}</style></head>
<body style="width:${PAGE_WIDTH}px;height:${height}px">
<header style="height:${HEADER}px"><div><h1>${dashboard.title}${choices}</h1><p>${firstSentence(dashboard.description)}</p></div>
<time>${range}</time></header>
${panels.map((panel) => renderPanel(panel, results, time))}
<footer>${CAPTION}</footer>
<script>${trusted(text('node_modules/uplot/dist/uPlot.iife.min.js'))}</script>
<script>${trusted(text('grafana/pictures/draw.js'))}</script>
</body></html>`;
  return { html: page.text, width: PAGE_WIDTH, height };
}

/** What follows it is for those who would edit the dashboard. */
function firstSentence(description = ''): string {
  return /^.*?\.(?=\s|$)/.exec(description)?.[0] ?? description;
}

function trusted(code: string): Html {
  return new Html(code);
}

/** From the root of the package, where npm runs scripts: neither styles nor the script in the page are compiled. */
function text(file: string): string {
  return readFileSync(file, 'utf8');
}
