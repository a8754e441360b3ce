/**
 * A hold that is lost: told by its signal, whenever that is read, and once to everybody else.
 */
import { type Hold, LockLostError, LockManager, StatsRegistry } from 'lockmeter';
import { leaseSignal } from '../../src/drivers/lease-signal.js';
import { deferred } from '../support/deferred.js';
import { FakeDriver, type FakeGrant } from './fake-driver.js';

const driver = new FakeDriver();
let manager: LockManager;
let body: ReturnType<typeof deferred<string>>;
let hold: Hold;
let grant: FakeGrant;
let running: Promise<string>;

const turn = () => new Promise((resolve) => setImmediate(resolve));
const stats = () => manager.snapshot().locks[0]!;

beforeEach(async () => {
  manager = new LockManager({ driver, stats: new StatsRegistry() });
  body = deferred<string>();
  running = manager.run(
    'inventory',
    (given) => {
      hold = given;
      return body.promise;
    },
    { label: 'POST /checkout' },
  );
  grant = driver.latest.grant({ token: 7n });
  await turn();
});

test('the signal aborts with LockLostError, the numbers say so, and run() gives what the body gives', async () => {
  const said: LockLostError[] = [];
  const heard: unknown[] = [];
  const stop = manager.watch({ onLeaseLost: (error) => void said.push(error) });
  hold.signal.addEventListener('abort', () => heard.push(hold.signal.reason));
  grant.lose({ cause: 'lease-deadline', stalled: 7_200, error: new Error('timed out') });
  const { reason } = hold.signal;
  expect(reason).toBeInstanceOf(LockLostError);
  expect(reason).toMatchObject({ code: 'ERR_LOCK_LOST', reason: 'lease-deadline', stalled: 7_200, lock: 'inventory' });
  expect(reason.message).toMatch(
    /^Lock "inventory" was lost after \d+ ms: its lease was not renewed in time\. The event loop of this process stood still for 7200 ms at least\. The last error was: timed out$/,
  );
  expect(said).toEqual([reason]);
  expect(heard).toEqual([reason]);
  expect(stats()).toMatchObject({ held: 0, leaseLost: 1, hold: { count: 1 } });
  body.resolve('done all the same');
  expect(await running).toBe('done all the same');
  expect(grant.releases).toBe(0);
  expect(stats()).toMatchObject({ leaseLost: 1, hold: { count: 1 } });
  stop();
});

test('a signal that is read before any timer could fire has looked at the clock', () => {
  const { signal } = hold;
  expect(signal.aborted).toBe(false);
  grant.valid = false; // the clock has passed the deadline, and nobody has said so
  expect(signal.aborted).toBe(true);
  expect(() => signal.throwIfAborted()).toThrow(LockLostError);
  body.resolve('');
});

test('each way to read a signal looks first', () => {
  for (const read of [
    (signal: AbortSignal) => signal.aborted,
    (signal: AbortSignal) => signal.reason !== undefined,
    (signal: AbortSignal) => {
      try {
        signal.throwIfAborted();
        return false;
      } catch {
        return true;
      }
    },
  ]) {
    let over = false;
    const control: AbortController = leaseSignal(() => {
      if (over) control.abort(new Error('lost'));
    });
    expect(read(control.signal)).toBe(false);
    over = true;
    expect(read(control.signal)).toBe(true);
  }
});

test('the signal is one of the platform: what takes signals takes it', async () => {
  const { signal } = hold;
  expect(signal).toBeInstanceOf(AbortSignal);
  const any = AbortSignal.any([signal]);
  grant.lose();
  expect(any.aborted).toBe(true);
  body.resolve('');
});

test('a signal that is first read after the loss is aborted', () => {
  grant.lose();
  expect(hold.signal.aborted).toBe(true);
  expect(hold.signal.reason).toBeInstanceOf(LockLostError);
  body.resolve('');
});

test('a signal that is first read after the release is not', async () => {
  body.resolve('');
  await running;
  expect(hold.signal.aborted).toBe(false);
});

test('a hold that is lost before its release ends as a loss, once', async () => {
  grant.valid = false;
  body.resolve('');
  await running;
  expect(stats()).toMatchObject({ held: 0, leaseLost: 1, hold: { count: 1 } });
});

test.each([
  ['max-hold', 'max_hold'],
  ['closed', 'closed'],
] as const)('%s is a release by somebody else, not a lost lease', (cause, counted) => {
  grant.lose({ cause });
  const [numbers] = manager.stats.all();
  expect(numbers!.forcedReleases[counted]).toBe(1);
  expect(numbers!.leaseLost).toBe(0);
  body.resolve('');
});

test('a listener that throws breaks nothing', async () => {
  manager.watch({
    onLeaseLost: () => {
      throw new Error('mine');
    },
  });
  grant.lose();
  expect(hold.signal.aborted).toBe(true);
  expect(manager.snapshot().observerErrors).toBe(1);
  body.resolve('');
  await running;
});

test('renewals are counted', () => {
  grant.renew();
  grant.renew('error');
  const [numbers] = manager.stats.all();
  expect(numbers!.leaseRenewals).toEqual({ ok: 1, error: 1 });
  body.resolve('');
});
