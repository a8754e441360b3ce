/**
 * What it costs to read the time. `src/clock.ts` chose by these figures: two readings are most of what the numbers add
 * to an uncontended operation.
 */
import { freshLoops } from '../fresh-loops.js';
import { type Contestant, interleave, nanoseconds } from '../measure.js';
import { seeded } from '../random.js';
import { measurements, type Outcome, type Settings } from './scenario.js';

const { hrtime } = process;

/** All of them in milliseconds, because that is what is needed of them. */
const clocks: Record<string, () => number> = {
  'process.hrtime()': () => {
    const time = hrtime();
    return time[0] * 1e3 + time[1] / 1e6;
  },
  'process.hrtime.bigint()': () => Number(hrtime.bigint()) / 1e6,
  'performance.now()': () => performance.now(),
  'Date.now()': () => Date.now(),
};

export async function measure({ quick, seed }: Settings): Promise<Outcome> {
  const operations = quick ? 100_000 : 500_000;
  const field: Contestant[] = [];
  for (const [name, read] of Object.entries(clocks)) {
    const loops = await freshLoops(name);
    field.push({ name, sample: () => nanoseconds(operations, () => loops.calls(read, operations)) });
  }
  const samples = await interleave(field, { warmups: 2, rounds: 11, random: seeded(seed) });
  return { measurements: measurements('one reading', 'ns', samples), notes: [] };
}
