/**
 * `app.close()` while somebody holds a lock and others wait for it.
 */
import { Controller, Get, Param } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockClosedError, LockManager, locks, StatsRegistry } from 'lockmeter';
import { type ApplicationLockOptions, LockModule, WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { isolatedManager } from '../support/isolated.js';
import { stateOf } from '../support/ticks.js';
import { until } from '../support/until.js';
import { ADAPTERS, type MakeAdapter } from './adapters.js';
import { startApp } from './start-app.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Controller()
class ShopController {
  @Get(':who')
  @WithLock('shutdown-shop')
  async visit(@Param('who') who: string): Promise<string> {
    return section.enter(who);
  }
}

/** `a` is inside, `b` waits, and so does a job; then the application is closed. */
async function closeWithWaiters(adapter: MakeAdapter, options?: ApplicationLockOptions) {
  const { app, send } = await startApp(
    { imports: [LockModule.forRoot(options)], controllers: [ShopController] },
    { adapter },
  );
  const manager = app.get(LockManager);
  const lock = manager.lock('shutdown-shop');
  const a = send('get', '/a');
  await until(() => section.entered.length === 1);
  const b = send('get', '/b');
  await until(() => lock.queueDepth === 1);
  const job = manager.run('shutdown-shop', () => section.enter('job'));
  const closing = app.close();
  return { a, b, job, closing, lock, manager };
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test.each([
    ['drain', { shutdown: 'drain' } as const],
    ['nothing said of it', { stats: new StatsRegistry() }],
  ])('%s: those who wait get their turn, and it resolves when the last hold has ended', async (_what, options) => {
    const { a, b, job, closing, manager } = await closeWithWaiters(adapter, options);
    section.leave();
    expect((await a).text).toBe('a');
    await until(() => section.entered.length === 2);
    section.leave();
    expect((await b).text).toBe('b');
    await until(() => section.entered.length === 3);
    expect(await stateOf(closing)).toBe('pending');
    await until(() => isClosed(manager));
    section.leave();
    expect(await job).toBe('job');
    await closing;
    expect(section.entered).toEqual(['a', 'b', 'job']);
  });

  test('reject: those who wait are refused at once and answered, and it resolves when the hold has ended', async () => {
    const { a, b, job, closing, lock } = await closeWithWaiters(adapter, { shutdown: 'reject' });
    await expect(job).rejects.toThrow(LockClosedError);
    expect(await b).toMatchObject({ status: 503, body: { code: 'ERR_LOCK_CLOSED' } });
    expect((await b).headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(lock.locked()).toBe(true);
    expect(await stateOf(closing)).toBe('pending');
    section.leave();
    expect((await a).text).toBe('a');
    await closing;
    expect(section.entered).toEqual(['a']);
  });

  test('the locks of the process outlive the application: they are not closed, and nobody is refused', async () => {
    const { a, b, job, closing, manager } = await closeWithWaiters(adapter);
    expect(manager).toBe(locks);
    section.leave();
    expect((await a).text).toBe('a');
    await until(() => section.entered.length === 2);
    section.leave();
    expect((await b).text).toBe('b');
    await until(() => section.entered.length === 3);
    await closing; // the server has answered; what else holds a lock of the process is not the application's
    section.leave();
    expect(await job).toBe('job');
    expect(await locks.run('shutdown-shop', () => 'open')).toBe('open');
  });
});

test.each(['drain', 'reject'] as const)('%s: a manager that it was given is not closed', async (shutdown) => {
  const given = isolatedManager();
  const module = await Test.createTestingModule({ imports: [LockModule.forRoot({ shutdown })] })
    .overrideProvider(LockManager)
    .useValue(given)
    .compile();
  await (await module.init()).close();
  expect(await given.run('shutdown-shop', () => 'open')).toBe('open');
});

/** Whether `manager` refuses. */
function isClosed(manager: LockManager): boolean {
  const lock = manager.lock('shutdown-other');
  if (!lock.tryAcquire()) return true;
  lock.release();
  return false;
}
