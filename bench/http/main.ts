/**
 * `npm run bench:http`: what a locked route costs an application that nobody waits in, against the same application without
 * the lock and with other ways to have one.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { seeded } from '../random.js';
import { moveAside } from './child.js';
import { BARS, CONTESTANTS } from './contestants.js';
import { measure, type Plan } from './measure.js';
import { missed, reportBars, reportContestants } from './report.js';

const USAGE = `npm run bench:http -- [options]

  --quick           under a minute, good for a first look and not for a verdict
  --only WORD       the contestants whose name has this word in it, and those without any lock
  --check           exit with 1 when a bar is missed
  --json FILE       write every sample
  --seed NUMBER     the order of an earlier run`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

async function bench(): Promise<number> {
  const { quick, only, json } = values;
  const seed = Number(values.seed);
  const pinned = moveAside();
  const plan: Plan = {
    ...(quick ? { launches: 1, rounds: 5, requests: 1_000 } : { launches: 3, rounds: 10, requests: 2_000 }),
    warmups: 2,
    connections: 20,
    pinned,
    random: seeded(seed),
  };
  const bare = new Set(CONTESTANTS.map(({ name }) => name.split(',')[0]!));
  const chosen = CONTESTANTS.filter(({ name }) => only === undefined || bare.has(name) || name.includes(only));
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${pinned ? 'pinned apart' : 'not pinned'}`;
  console.log(`Node.js ${process.versions.node}, ${machine}, ${quick ? 'quick' : 'full'} run, seed ${seed}.`);
  console.log(
    `${plan.launches} × ${plan.rounds} rounds of ${plan.requests} requests, ${plan.connections} connections.\n`,
  );

  const results = await measure(chosen, plan);
  console.log(`${reportContestants(results)}\n\n${reportBars(results)}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(Object.fromEntries(results), null, 2)}\n`);
  return values.check && BARS.some((bar) => missed(bar, results)) ? 1 : 0;
}

if (values.help) console.log(USAGE);
else process.exitCode = await bench();
