/**
 * `LockHealthIndicator` in the readiness probe of a real `@nestjs/terminus`.
 */
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { type DriverHealth, memoryDriver } from 'lockmeter';
import { LockHealthIndicator, LockModule } from 'lockmeter/nestjs';
import { DocsPage } from '../support/docs-page.js';
import { ADDRESS, driverInState, unreachableDriver } from '../support/unreachable-driver.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

const SINCE = Date.UTC(2031, 4, 17, 8, 30);

@Controller('ready')
class ReadyController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(LockHealthIndicator) private readonly locks: LockHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.locks.isHealthy('locks')]);
  }
}

const probed = { imports: [TerminusModule.forRoot({ logger: false })], controllers: [ReadyController] };

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test('an engine that answers is up, and says where it is', async () => {
    const driver = driverInState({ state: 'ready', since: SINCE, address: ADDRESS });
    const { send } = await startLockedApp(probed, { adapter, driver });
    const locks = {
      status: 'up',
      backend: 'redis',
      state: 'ready',
      since: '2031-05-17T08:30:00.000Z',
      address: ADDRESS,
    };
    expect(await send('get', '/ready')).toMatchObject({ status: 200, body: { status: 'ok', info: { locks } } });
  });

  test('one that does not is down with 503, since when and why; and up again when it answers', async () => {
    const health: { -readonly [K in keyof DriverHealth]: DriverHealth[K] } = {
      state: 'degraded',
      since: SINCE,
      address: ADDRESS,
      error: new Error('read ECONNRESET'),
    };
    const driver = { ...driverInState(health), health: () => health };
    const { send } = await startLockedApp(probed, { adapter, driver });
    const { status, body } = await send('get', '/ready');
    expect(status).toBe(503);
    expect(body.error).toEqual({
      locks: {
        status: 'down',
        backend: 'redis',
        state: 'degraded',
        since: '2031-05-17T08:30:00.000Z',
        address: ADDRESS,
        message: 'read ECONNRESET',
      },
    });
    const [shown] = /^\{$.*?^\}$/ms.exec(new DocsPage('docs/nestjs.md').section('Health'))!;
    expect(JSON.parse(shown)).toEqual(body.error);
    health.state = 'ready';
    health.error = undefined;
    expect((await send('get', '/ready')).status).toBe(200);
  });
});

test.each(['connecting', 'closed'] as const)('%s is down', async (state) => {
  const driver = driverInState({ state, since: SINCE });
  const { send } = await startLockedApp(probed, { driver });
  expect(await send('get', '/ready')).toMatchObject({ status: 503, body: { error: { locks: { state } } } });
});

test('locks in this process are up', async () => {
  const { send } = await startLockedApp(probed);
  const locks = { status: 'up', backend: 'memory', state: 'ready' };
  expect(await send('get', '/ready')).toMatchObject({ status: 200, body: { info: { locks } } });
});

test('the end of the application is down', async () => {
  const { app } = await startLockedApp(probed, { driver: memoryDriver() });
  const indicator = app.get(LockHealthIndicator);
  expect(await indicator.isHealthy()).toMatchObject({ locks: { status: 'up' } });
  await app.close();
  expect(await indicator.isHealthy()).toMatchObject({ locks: { status: 'down', state: 'closed' } });
});

test('the key is the caller’s, and types the answer', async () => {
  const imports = [LockModule.forRoot({ driver: unreachableDriver() })];
  const indicator = (await Test.createTestingModule({ imports }).compile()).get(LockHealthIndicator);
  const result = await indicator.isHealthy('redis-locks');
  expect(Object.keys(result)).toEqual(['redis-locks']);
  const { status, message } = result['redis-locks'];
  expect([status, message]).toEqual(['down', `connect ECONNREFUSED ${ADDRESS}`]);
});
