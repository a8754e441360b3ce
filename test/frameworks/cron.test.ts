/** The cron recipe, with the real croner: triggered by the test, and once by the clock. */

import { locks } from 'lockmeter';
import { makeReports, type Reports } from '../../examples/frameworks/cron.js';
import { numbersOf } from '../support/isolated.js';
import { until } from '../support/until.js';
import { Paying } from './paying.js';

/** A pattern that does not come up while the test runs. */
const NEVER = '0 0 29 2 *';
const log: string[] = [];
let work: Paying;
let reports: Reports;

beforeEach(() => {
  log.length = 0;
  work = new Paying();
  reports = makeReports(
    async (tenant) => void (await work.pay(tenant)),
    (message) => log.push(message),
  );
});

afterEach(() => {
  expect(numbersOf(locks, 'report')).toMatchObject({ held: 0, queueDepth: 0, holders: [] });
});

test('a scheduled run that finds one at work is left out; one on demand waits; another tenant does not care', async () => {
  const a = reports.schedule(NEVER, 'a');
  const b = reports.schedule(NEVER, 'b');
  const first = a.trigger();
  await a.trigger();
  expect(log).toEqual(['left out']);
  const onDemand = reports.now('a');
  const other = b.trigger();
  expect(work.asked).toEqual(['a', 'b']);
  work.accept('a');
  await first;
  await until(() => work.count('a') === 2);
  work.accept('a');
  work.accept('b');
  await Promise.all([onDemand, other]);
  expect(work.most).toBe(1);
  expect(log).toEqual(['left out']);
  a.stop();
  b.stop();
});

test('a run that fails is told, and the next one is not left out', async () => {
  const job = reports.schedule(NEVER, 'a');
  const failing = job.trigger();
  work.refuse('a');
  await failing;
  expect(log).toEqual(['failed']);
  const next = job.trigger();
  work.accept('a');
  await next;
  expect(log).toEqual(['failed']);
  job.stop();
});

test('the clock starts it', async () => {
  const job = reports.schedule('* * * * * *', 'a');
  await until(() => work.count('a') === 1);
  job.stop();
  work.accept('a');
  await until(() => numbersOf(locks, 'report').held === 0);
  expect(log).toEqual([]);
});
