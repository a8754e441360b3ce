/** Results as Markdown, for the terminal and for the README alike. */
import { arch, cpus, platform } from 'node:os';
import { type Figure, missed } from './figures.js';
import type { Results, ScenarioResult } from './results.js';
import type { Settings } from './scenarios/scenario.js';
import { median, quantile, ratio } from './statistics.js';
import { table } from './table.js';

/** Where, when and how it was measured. */
export function describeRun({ quick, seed }: Settings, peerVersions: string): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = cpus();
  const machine = `${platform()} ${arch()}, ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`;
  return `${date}, Node.js ${process.versions.node}, ${machine}, ${quick ? 'quick' : 'full'} run, seed ${seed}.\n${peerVersions}`;
}

/** One table: a row per contestant, a column per load. */
export function reportScenario({ scenario, measurements, notes }: ScenarioResult): string {
  const loads = [...new Set(measurements.map(({ load }) => load))];
  const peers = [...new Set(measurements.map(({ peer }) => peer))];
  const rows = peers.map((peer) => [
    peer,
    ...loads.map((load) => {
      const of = (name: string | undefined) => measurements.find((one) => one.load === load && one.peer === name);
      const cell = of(peer);
      if (cell === undefined) return '';
      return cell.unit === 'B' ? `${number(median(cell.samples))} B` : spread(cell.samples, of(scenario.base)?.samples);
    }),
  ]);
  const against = scenario.base === undefined ? '' : `: ns [p25–p75] (ratio to ${scenario.base})`;
  return [`### ${scenario.title}${against}`, table([scenario.name, ...loads], rows), ...notes].join('\n\n');
}

/** The bars, and what came of them. */
export function reportFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { measured } = figure;
    const verdict = measured === undefined ? 'not measured' : missed(figure) ? 'MISSED' : 'met';
    return [figure.figure, `≤ ${figure.bar}`, measured === undefined ? '' : number(measured), verdict];
  });
  return `### Figures\n\n${table(['figure', 'bar', 'measured', ''], rows)}`;
}

/** The whole report. */
export function report(run: string, results: Results, figures: readonly Figure[]): string {
  return [run, reportFigures(figures), ...results.scenarios.map(reportScenario)].join('\n\n');
}

function spread(samples: readonly number[], base: readonly number[] | undefined): string {
  const range = `${number(quantile(samples, 0.25))}–${number(quantile(samples, 0.75))}`;
  const relative = base === undefined ? '' : ` (${ratio(samples, base).toFixed(2)})`;
  return `${number(median(samples))} [${range}]${relative}`;
}

/** Three digits are all that such a figure is good for. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ');
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
