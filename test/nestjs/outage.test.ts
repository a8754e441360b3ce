/**
 * A wait that ends while the engine of the lock is away, as whoever asked is told of that, whichever way the question came.
 */
import { type ArgumentsHost, Controller, Get } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { LockDriver, LockError } from 'lockmeter';
import { LockExceptionFilter, WithLock } from 'lockmeter/nestjs';
import { firstValueFrom, type Observable } from 'rxjs';
import { AWAY, awayFor, heldElsewhere, silentDriver, TELLING } from '../support/engine-away.js';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

@Controller()
class ShopController {
  @Get('pay')
  @WithLock('pay', { timeout: 30 })
  async pay(): Promise<string> {
    return 'in';
  }

  @Get('patient')
  @WithLock('pay')
  async patient(): Promise<string> {
    return 'in';
  }
}

const shop = { controllers: [ShopController] };

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  async function refused(driver: LockDriver) {
    const { send, manager } = await startLockedApp(shop, { adapter, driver });
    manager.stats.for('pay').hold.observe(90_000);
    return send('get', '/pay');
  }

  test('is 503, and Retry-After is as long as the outage so far', async () => {
    const { driver } = await heldElsewhere('pay');
    driver.health = () => awayFor(6_500);
    const { status, headers, body, text } = await refused(driver);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('7');
    const [error, code] = ['Service Unavailable', 'ERR_LOCK_TIMEOUT'];
    expect(body).toEqual({ statusCode: 503, error, message: AWAY, code });
    expect(text).not.toMatch(TELLING);
  });

  test('is the same when nothing was noticed yet but that there is no answer', async () => {
    const { body, headers } = await refused(silentDriver({ state: 'ready', since: Date.now() - 3_600_000 }));
    expect(body).toMatchObject({ message: AWAY, code: 'ERR_LOCK_TIMEOUT' });
    expect(headers['retry-after']).toBe('1');
  });

  test('an engine that answers has too many waiting, and a closed manager is shutting down', async () => {
    const { driver } = await heldElsewhere('pay');
    const { send, manager } = await startLockedApp(shop, { adapter, driver });
    const busy = await send('get', '/pay');
    expect(busy.body).toMatchObject({ message: expect.stringContaining('Too many'), code: 'ERR_LOCK_TIMEOUT' });
    const waiting = send('get', '/patient');
    await until(() => manager.lock('pay').queueDepth === 1);
    void manager.close({ reject: true });
    const message = expect.stringContaining('shutting down');
    expect((await waiting).body).toMatchObject({ message, code: 'ERR_LOCK_CLOSED' });
  });
});

test('is the same for microservices', async () => {
  const manager = isolatedManager({ driver: silentDriver(awayFor(0)) });
  const error = await manager
    .lock('pay', 'secret')
    .hold({ timeout: 10 })
    .catch((thrown: LockError) => thrown);
  const filter = new LockExceptionFilter(new HttpAdapterHost(), manager);
  const host = { getType: () => 'rpc' } as unknown as ArgumentsHost;
  const answer = filter.catch(error as LockError, host) as Observable<never>;
  const body = await firstValueFrom(answer).catch((thrown: unknown) => thrown);
  expect(body).toMatchObject({ statusCode: 503, message: AWAY, code: 'ERR_LOCK_TIMEOUT' });
  expect(JSON.stringify(body)).not.toMatch(TELLING);
});
