/** The results as Markdown tables, and the bars with what came of them. */
import { median, quantile, ratio } from '../statistics.js';
import { table } from '../table.js';
import { BARS, type Bar, CONTESTANTS } from './contestants.js';
import type { Samples } from './measure.js';

type Results = ReadonlyMap<string, Samples>;

/** One row per contestant: requests per second, processor time per request, and both relative to the same framework bare. */
export function reportContestants(results: Results): string {
  const rows = CONTESTANTS.filter(({ name }) => results.has(name)).map(({ name }) => {
    const { requestsPerSecond, cpu } = results.get(name)!;
    const bare = results.get(name.split(',')[0]!)!;
    const added = median(cpu.map((used, round) => used - bare.cpu[round]!));
    return [
      name,
      spread(requestsPerSecond, 0),
      percent(ratio(requestsPerSecond, bare.requestsPerSecond)),
      spread(cpu, 1),
      bare.cpu === cpu ? '' : `${added < 0 ? '' : '+'}${added.toFixed(1)}`,
    ];
  });
  const header = ['', 'requests/s [p25–p75]', 'of the bare one', 'CPU µs/request [p25–p75]', 'over the bare one'];
  return table(header, rows);
}

/** The bars. */
export function reportBars(results: Results): string {
  const rows = BARS.filter((bar) => kept(bar, results) !== undefined).map((bar) => {
    const measured = kept(bar, results)!;
    const { of, against, atLeast } = bar;
    const cpu = ratio(results.get(against)!.cpu, results.get(of)!.cpu);
    const verdict = measured < atLeast ? 'MISSED' : 'met';
    return [`${of} ÷ ${against}`, `≥ ${percent(atLeast)}`, percent(measured), percent(cpu), verdict];
  });
  return table(['requests/s', 'bar', 'measured', 'by CPU time', ''], rows);
}

/** Whether a bar was missed. One that was not measured was not. */
export function missed(bar: Bar, results: Results): boolean {
  const measured = kept(bar, results);
  return measured !== undefined && measured < bar.atLeast;
}

/** What part of the requests per second it keeps; `undefined` when it was not measured. */
function kept({ of, against }: Bar, results: Results): number | undefined {
  const [one, base] = [results.get(of), results.get(against)];
  return one && base && ratio(one.requestsPerSecond, base.requestsPerSecond);
}

function spread(samples: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(samples, q).toFixed(digits));
  return `${middle} [${low}–${high}]`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
