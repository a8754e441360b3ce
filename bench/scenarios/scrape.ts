/**
 * One scrape of a process with as many lock names as get series of their own, each with every outcome and every bucket
 * filled: the time of `registry.metrics()`, during which the process does nothing else, and the size of the page. Beside it
 * what prom-client needs for a page of as many samples of its own.
 *
 * The locks' clock is moved by hand, or the buckets of a minute would take minutes to fill. The clock that times the scrape
 * is another one.
 */
import { Histogram, Registry } from 'prom-client';
import { type Contestant, interleave, nanoseconds } from '../measure.js';
import { seeded } from '../random.js';
import { type Measurement, measurements, type Outcome, type Settings } from './scenario.js';

const NAMES = 100;
const PAGES = 10;
const { hrtime } = process;

export async function measure({ quick, seed }: Settings): Promise<Outcome> {
  const random = seeded(seed);
  const pages: [name: string, registry: Registry][] = [['lockmeter', await locksInUse(random)]];
  const samples = countSamples(await pages[0]![1].metrics());
  pages.push(['prom-client’s own histograms', histograms(samples, random)]);
  const field = pages.map(([name, registry]): Contestant => {
    const scrape = async (): Promise<void> => {
      for (let i = 0; i < PAGES; i++) await registry.metrics();
    };
    return { name, leadIn: scrape, sample: () => nanoseconds(PAGES, scrape) };
  });
  const rounds = { warmups: quick ? 2 : 5, rounds: quick ? 5 : 11, random };
  const sizes = pages.map(async ([peer, registry]): Promise<Measurement> => {
    return { load: 'page', peer, unit: 'B', samples: [Buffer.byteLength(await registry.metrics())] };
  });
  return {
    measurements: [...measurements('one scrape', 'ns', await interleave(field, rounds)), ...(await Promise.all(sizes))],
    notes: [`${samples} samples, ${NAMES} lock names.`],
  };
}

function countSamples(page: string): number {
  return page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

/** A registry with the locks of a process that has seen everything. */
async function locksInUse(random: () => number): Promise<Registry> {
  let time = 0;
  const moved = (): [number, number] => [Math.floor(time / 1e3), (time % 1e3) * 1e6];
  process.hrtime = Object.assign(moved, { bigint: hrtime.bigint });
  const { BUCKET_BOUNDS_SECONDS, locks } = await import('lockmeter');
  const { collectLockMetrics } = await import('lockmeter/prometheus');
  process.hrtime = hrtime;
  const durations = [...BUCKET_BOUNDS_SECONDS, 100].map((bound) => bound * 1e3);
  for (let i = 0; i < NAMES; i++) {
    const lock = locks.lock(lockName(i));
    for (const duration of durations) {
      for (let times = Math.ceil(random() * 20); times > 0; times--) {
        await lock.acquire();
        const waiting = lock.acquire();
        time += duration * random();
        lock.release();
        await waiting;
        lock.release();
      }
    }
    await everyFailure(lock);
  }
  // What is held and awaited is looked at one by one.
  for (let i = 0; i < NAMES; i += 2) {
    const lock = locks.lock(lockName(i));
    await lock.acquire();
    for (let waiters = 0; waiters < 10; waiters++) void lock.acquire();
  }
  time += 1_234.5;
  const registry = new Registry();
  collectLockMetrics({ register: registry });
  return registry;
}

/** Names as long as routes are. */
function lockName(i: number): string {
  const letters = [Math.floor(i / 10), i % 10].map((digit) => 'abcdefghij'[digit]).join('');
  return `/api/v1/orders/:id/${letters}`;
}

/** Lets attempts end in each of the ways in which they can fail. */
async function everyFailure(lock: import('lockmeter').Lock): Promise<void> {
  const broken = { aborted: false, addEventListener: () => brokenSignal(), removeEventListener: () => {} };
  await lock.acquire();
  lock.tryAcquire();
  await Promise.allSettled([
    lock.acquire({ timeout: 0 }),
    lock.acquire({ maxQueue: 0 }),
    lock.acquire({ signal: AbortSignal.abort() }),
    lock.acquire({ signal: broken as never }),
  ]);
  lock.release();
}

function brokenSignal(): never {
  throw new Error('This signal cannot be listened to');
}

/** A registry with prom-client's own histograms, of so many samples. */
function histograms(samples: number, random: () => number): Registry {
  const registry = new Registry();
  const buckets = Array.from({ length: 18 }, (_, i) => (i + 1) / 18);
  const labelNames = ['lock_name', 'lock_backend'];
  const histogram = new Histogram({ name: 'own', help: 'Own', labelNames, buckets, registers: [registry] });
  for (let i = 0; i < samples / (buckets.length + 3); i++) {
    const labels = { lock_name: `/api/v1/orders/:id/${i}`, lock_backend: 'memory' };
    for (const bucket of buckets) histogram.observe(labels, bucket * random());
  }
  return registry;
}
