/**
 * `npm run bench:redis`: what a lock on Redis costs, against the two commands that it could not do without and against the locks
 * that people use; with nobody waiting, with fifty and with ten thousand who wait. One server of its own for the whole run.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RedisProcess } from '../../examples/shared/servers/redis-process.js';
import { isMeasured, missed } from '../figures.js';
import { writeSection } from '../readme.js';
import { describeRun, reportFigures } from '../report.js';
import { runChild } from '../run-child.js';
import { versionsOf } from '../versions.js';
import type { Job } from './child.js';
import { figures } from './figures.js';
import { report, reportScene } from './report.js';
import { Results, type SceneResult } from './results.js';
import { scenes } from './scenes/index.js';
import type { Outcome, Scene, Settings } from './scenes/scene.js';

const USAGE = `npm run bench:redis -- [options]

  --quick           under a minute, good for a first look and not for a verdict
  --only SCENE      one of: ${scenes.map(({ name }) => name).join(', ')}
  --check           exit with 1 when a bar is missed
  --json FILE       write every sample
  --write-readme    put the results into bench/README.md
  --seed NUMBER     the order of an earlier run`;

const PACKAGES = [
  'ioredis',
  'redis',
  'redis-semaphore',
  'redlock4',
  'redlock5',
  'redlock-universal',
  '@verrou/core',
  'simple-redis-mutex',
];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    'write-readme': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

async function bench(): Promise<number> {
  const { quick, only, json, check } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, got '${values.seed}'`);
  const chosen = scenes.filter(({ name }) => only === undefined || only === name);
  if (chosen.length === 0) throw new Error(`There is no scene '${only}'.\n\n${USAGE}`);

  const server = await RedisProcess.start();
  const settings: Settings = { quick, seed, port: server.port };
  const run = describeRun(settings, versionsOf(PACKAGES));
  console.log(run);
  const done: SceneResult[] = [];
  for (const scene of chosen) {
    const result = { scene, ...(await measure(scene, settings)) };
    done.push(result);
    console.log(`\n${reportScene(result)}`);
  }
  await server.stop();

  const results = new Results(done);
  const bars = figures(results);
  if (bars.some(isMeasured)) console.log(`\n${reportFigures(bars.filter(isMeasured))}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ run, figures: bars, results }, null, 2)}\n`);
  if (values['write-readme']) writeSection('Redis', report(run, results, bars));
  return check && bars.some(missed) ? 1 : 0;
}

/** With `BENCH_REDIS_PROFILES`, each scene leaves a CPU profile in that folder. */
function measure(scene: Scene, settings: Settings): Promise<Outcome> {
  const folder = process.env.BENCH_REDIS_PROFILES;
  const profiling = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const job: Job = { scene: scene.name, settings };
  return runChild(new URL('./child.js', import.meta.url), job, `'${scene.name}'`, profiling);
}

try {
  if (values.help) console.log(USAGE);
  else process.exitCode = await bench();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
