/** Results as Markdown, for the terminal and for the README alike. */
import { type Figure, isMeasured } from '../figures.js';
import { number, reportFigures } from '../report.js';
import { median, ratio } from '../statistics.js';
import { table } from '../table.js';
import type { Results, SceneResult } from './results.js';
import type { Reading } from './scenes/scene.js';

/** One table: a row per contestant, a column per thing that was read. */
export function reportScene({ scene, readings, notes }: SceneResult): string {
  const columns = [...new Set(readings.map(({ column }) => column))];
  const contestants = [...new Set(readings.map(({ contestant }) => contestant))];
  const find = (contestant: string | undefined, column: string): Reading | undefined =>
    readings.find((reading) => reading.contestant === contestant && reading.column === column);
  const rows = contestants.map((contestant) => [
    contestant,
    ...columns.map((column) => {
      const reading = find(contestant, column);
      return reading === undefined ? '' : cell(reading, find(reading.against, column));
    }),
  ]);
  const header = columns.map((column) => titled(column, readings.find((reading) => reading.column === column)!.unit));
  return [`### ${scene.title}`, table([scene.name, ...header], rows), ...notes].join('\n\n');
}

/** The whole report. */
export function report(run: string, results: Results, bars: readonly Figure[]): string {
  return [run, reportFigures(bars.filter(isMeasured)), ...results.scenes.map(reportScene)].join('\n\n');
}

function titled(column: string, unit: string): string {
  return unit === '' ? column : `${column}, ${unit}`;
}

/** The median, and how many times that of another it is. */
function cell({ samples }: Reading, base: Reading | undefined): string {
  const relative = base === undefined ? '' : ` (${ratio(samples, base.samples).toFixed(2)})`;
  return `${number(median(samples))}${relative}`;
}
