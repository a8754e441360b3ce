/**
 * Nest applications whose locks are at a driver: several are one service, and each closes its own driver.
 */
import { jest } from '@jest/globals';
import { Controller, Get, INestApplication, Param } from '@nestjs/common';
import { type Hold, LockManager, type MemoryDriver, memoryDriver, StatsRegistry } from 'lockmeter';
import { CurrentHold, LockModule, type LockShutdown, WithLock } from 'lockmeter/nestjs';
import { redisDriver } from 'lockmeter/redis';
import { CriticalSection } from '../support/critical-section.js';
import { AWAY } from '../support/engine-away.js';
import { startRedis } from '../support/redis-server.js';
import { stateOf, turn } from '../support/ticks.js';
import { unreachableDriver } from '../support/unreachable-driver.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startApp, startLockedApp } from './start-app.js';

let section: CriticalSection;
let tokens: (bigint | undefined)[];
let engine: MemoryDriver;

beforeEach(() => {
  section = new CriticalSection();
  tokens = [];
  engine = memoryDriver();
});

@Controller()
class ShopController {
  @Get(':who')
  @WithLock('shop')
  async visit(@Param('who') who: string, @CurrentHold() hold?: Hold): Promise<string> {
    tokens.push(hold?.fencingToken);
    return section.enter(who);
  }
}

const shop = { controllers: [ShopController] };
const VISITORS = ['a', 'b', 'c', 'd', 'e'];

/** Visitors come to these in turn, each when the one before has arrived, and leave by and by. Their answers. */
async function visitInTurn(apps: readonly Awaited<ReturnType<typeof startLockedApp>>[]): Promise<string[]> {
  const answers = [];
  for (const [i, who] of VISITORS.entries()) {
    const { manager, send } = apps[i % apps.length]!;
    answers.push(send('get', `/${who}`));
    await until(async () => {
      const { locked, queueDepth } = await manager.inspect('shop');
      return locked && queueDepth === i;
    }, `${who} has arrived`);
  }
  for (const who of VISITORS) {
    await until(() => section.entered.includes(who), `${who} is inside`);
    section.leave();
  }
  return (await Promise.all(answers)).map(({ text }) => text);
}

function expectOneByOne(answers: string[]): void {
  expect(answers).toEqual(VISITORS);
  expect(section.entered).toEqual(VISITORS);
  expect(section.most).toBe(1);
  expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => Number(one! - other!)));
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test('two applications never overlap, and let in by arrival whichever was asked', async () => {
    const apps = [
      await startLockedApp(shop, { adapter, driver: engine }),
      await startLockedApp(shop, { adapter, driver: engine.replica() }),
    ];
    expectOneByOne(await visitInTurn(apps));
  });

  test('an engine that cannot be asked is 503 with Retry-After, and nothing is told of it', async () => {
    const { send } = await startLockedApp(shop, { adapter, driver: unreachableDriver() });
    const answer = await send('get', '/a');
    expect(answer).toMatchObject({
      status: 503,
      body: {
        statusCode: 503,
        error: 'Service Unavailable',
        message: AWAY,
        code: 'ERR_LOCK_ENGINE',
      },
    });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.text).not.toMatch(/ECONNREFUSED|redis|shop/);
  });
});

test('on a real Redis: never overlap, by arrival, tokens that grow, and their end ends the connections', async () => {
  const server = await startRedis();
  const drivers = [0, 1].map(() => redisDriver({ url: `redis://127.0.0.1:${server.port}` }));
  try {
    const apps = [
      await startLockedApp(shop, { driver: drivers[0] }),
      await startLockedApp(shop, { driver: drivers[1] }),
    ];
    expectOneByOne(await visitInTurn(apps));
    await Promise.all(apps.map(({ app }) => app.close()));
    expect(drivers.map((driver) => driver.health().state)).toEqual(['closed', 'closed']);
  } finally {
    await Promise.all(drivers.map((driver) => driver.close()));
    await server.stop();
  }
}, 120_000);

test('forRootAsync takes a driver', async () => {
  const options = { driver: engine, stats: new StatsRegistry() };
  const imports = [LockModule.forRootAsync({ useFactory: async () => options })];
  const { app, send } = await startApp({ ...shop, imports });
  const { manager } = await startLockedApp(shop, { driver: engine.replica() });
  expect(app.get(LockManager).driver).toBe(engine);
  const hold = await manager.lock('shop').hold();
  const answer = send('get', '/a');
  await until(() => app.get(LockManager).lock('shop').queueDepth === 1);
  expect(section.entered).toEqual([]);
  await hold.release();
  await until(() => section.entered.length === 1);
  section.leave();
  expect((await answer).text).toBe('a');
});

describe('app.close()', () => {
  test.each<LockShutdown>(['drain', 'reject'])(
    '%s: the driver is closed when the last hold has ended',
    async (shutdown) => {
      const other = await startLockedApp(shop, { driver: engine.replica() });
      const { app, send } = await startLockedApp(shop, { driver: engine, shutdown });
      const inside = send('get', '/a');
      await until(() => section.entered.length === 1);
      const closing = app.close();
      expect(await stateOf(closing)).toBe('pending');
      expect(engine.health().state).toBe('ready');
      section.leave();
      expect((await inside).text).toBe('a');
      await closing;
      expect(engine.health().state).toBe('closed');
      const next = other.send('get', '/b');
      await until(() => section.entered.length === 2, 'the other one goes on');
      section.leave();
      expect((await next).text).toBe('b');
    },
  );

  test('reject: those who wait at the engine leave its queue and are answered', async () => {
    const other = await startLockedApp(shop, { driver: engine.replica() });
    const hold = await other.manager.lock('shop').hold();
    const { app, manager, send } = await startLockedApp(shop, { driver: engine, shutdown: 'reject' });
    const waiting = send('get', '/a');
    await until(() => manager.lock('shop').queueDepth === 1);
    await app.close();
    expect(await waiting).toMatchObject({ status: 503, body: { code: 'ERR_LOCK_CLOSED' } });
    expect(await other.manager.inspect('shop')).toMatchObject({ locked: true, queueDepth: 0 });
    await hold.release();
    expect(section.entered).toEqual([]);
  });

  test('drain: those who wait at the engine get their turn, though another application holds', async () => {
    const other = await startLockedApp(shop, { driver: engine.replica() });
    const hold = await other.manager.lock('shop').hold();
    const { app, manager, send } = await startLockedApp(shop, { driver: engine });
    const waiting = send('get', '/a');
    await until(() => manager.lock('shop').queueDepth === 1);
    const closing = app.close();
    expect(await stateOf(closing)).toBe('pending');
    await hold.release();
    await until(() => section.entered.length === 1);
    section.leave();
    expect((await waiting).text).toBe('a');
    await closing;
    expect(engine.health().state).toBe('closed');
  });

  test('a signal does the same, with shutdown hooks', async () => {
    const prepare = (app: INestApplication): unknown => app.enableShutdownHooks(['SIGTERM']);
    const { send } = await startLockedApp(shop, { driver: engine, prepare });
    // Nest ends with the signal once more, to end the process.
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    try {
      const inside = send('get', '/a');
      await until(() => section.entered.length === 1);
      process.emit('SIGTERM', 'SIGTERM');
      await turn();
      expect(engine.health().state).toBe('ready');
      section.leave();
      expect((await inside).text).toBe('a');
      await until(() => kill.mock.calls.length > 0, 'Nest has shut down');
      expect(engine.health().state).toBe('closed');
      expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
    } finally {
      kill.mockRestore();
    }
  });
});
