/**
 * `npm run soak`: thousands of requests over real sockets, a tenth of the customers hanging up at random moments, and a
 * check of every number afterwards. Ends with 1 when one of them is wrong.
 */
import { parseArgs } from 'node:util';
import { table } from '../../bench/table.js';
import { violated } from './judge.js';
import type { Size } from './plan.js';
import { SHOPS } from './shop.js';
import { type Soak, soak } from './soak.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '200' },
    keys: { type: 'string', default: '50' },
  },
});

const [seed, requests, connections, keys] = [values.seed, values.requests, values.connections, values.keys].map(Number);
const crowd = { seed: seed!, requests: requests!, connections: connections!, keys: keys! };
/** Everybody wants the same, stays, and waits as long as it takes. */
const line: Size = { ...crowd, requests: crowd.requests / 2, keys: 1, leaving: 0, forgotten: 0, slow: 0, longest: 0 };

console.log(`Seed ${seed}: --seed ${seed} makes the same plan again.`);
let violations = 0;
for (const [name, open] of Object.entries(SHOPS)) {
  // A method of Nest that never ends holds its lock for ever, as its promise says: nobody is forgotten there.
  const forgotten = name === 'express' ? 0.2 : 0;
  report(
    `${name}, ${keys} keys`,
    crowd,
    await soak(open, { ...crowd, leaving: 0.1, forgotten, slow: 0.002, longest: 5 }),
  );
  report(`${name}, one line`, line, await soak(open, line, Number.POSITIVE_INFINITY));
}
process.exitCode = violations === 0 ? 0 : 1;

function report(title: string, { requests, connections }: { requests: number; connections: number }, done: Soak): void {
  const { served, refused, left, failed } = done.endings;
  const customers = `${served} served, ${refused} refused, ${left} left, ${failed} failed`;
  console.log(`\n### ${title}: ${requests} requests from ${connections} connections in ${done.seconds.toFixed(1)} s`);
  const { acquired, timeout, aborted } = done.lock.outcomes;
  const counted = `${acquired} acquired, ${timeout} timed out, ${aborted} aborted; ${done.lock.contended} had to wait`;
  console.log(`\nThe customers: ${customers}.\nThe lock: ${counted}, ${done.lock.abandoned} abandoned.\n`);
  const rows = done.verdicts.map((verdict) => {
    if (violated(verdict)) violations++;
    return [verdict.claim, String(verdict.expected), String(verdict.found), violated(verdict) ? 'VIOLATED' : 'holds'];
  });
  console.log(table(['', 'expected', 'found', ''], rows));
}
