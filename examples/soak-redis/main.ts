/**
 * `npm run soak:redis`: processes that share two locks of one Redis, and a seeded schedule of kills, pauses, stalls,
 * cut and slow cables, lost replies, restarts and flushes; a referee writes down what they do, and judges it. Ends with
 * 1 when an invariant is broken.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { report } from './report.js';
import type { Faults } from './schedule.js';
import { type SoakSize, soak } from './soak.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    seconds: { type: 'string', default: '600' },
    clients: { type: 'string', default: '4' },
  },
});

const [seed, seconds, clients] = [values.seed, values.seconds, values.clients].map(Number);
const program = fileURLToPath(new URL('./client/main.js', import.meta.url));
/** The part of the time for each; while nothing is disturbed, also no wake-up may be missed. */
const PARTS: Record<Faults, number> = { none: 0.1, remembering: 0.6, all: 0.3 };

// Whoever is interrupted cleans up, too: that is done at the exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

console.log(`Seed ${seed}: --seed ${seed} makes the same schedules again.`);
for (const [faults, part] of Object.entries(PARTS) as [Faults, number][]) {
  const size: SoakSize = { seed: seed!, seconds: seconds! * part, clients: clients!, faults };
  const done = await soak({ program }, size);
  console.log(report(done, size));
  if (done.judgement.findings.length > 0) process.exitCode = 1;
}
