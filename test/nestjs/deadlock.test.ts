/**
 * Deadlocks among methods under locks, over real HTTP: said at once with the methods' names, and with `deadlocks: 'throw'`
 * one request is refused while the others go on.
 */
import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { type Deadlock, LockManager } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { WithLock } from 'lockmeter/nestjs';
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS, type MakeAdapter } from './adapters.js';
import { startApp, startLockedApp } from './start-app.js';

/** Lets `parties` callers on when all of them are there. */
let meet: () => Promise<void>;
let giveUp: AbortController;

function meetingOf(parties: number): void {
  const there = deferred();
  let missing = parties;
  meet = () => {
    if (--missing === 0) there.resolve();
    return there.promise;
  };
}

beforeEach(() => {
  giveUp = new AbortController();
});

const signal = (): AbortSignal => giveUp.signal;

@Injectable()
class Stock {
  @WithLock('stock', { signal })
  async reserve(): Promise<string> {
    return 'reserved';
  }
}

@Controller()
class ShopController {
  constructor(@Inject(Stock) private readonly stock: Stock) {}

  @Get('itself')
  @WithLock('till')
  async itself(): Promise<string> {
    return this.count();
  }

  @WithLock('till', { signal })
  async count(): Promise<string> {
    return 'counted';
  }

  @Get('till-to-stock')
  @WithLock('till')
  async tillToStock(): Promise<string> {
    await meet();
    return this.stock.reserve();
  }

  @Get('stock-to-shelf')
  @WithLock('stock')
  async stockToShelf(): Promise<string> {
    await meet();
    return this.tidy();
  }

  @Get('stock-to-till')
  @WithLock('stock')
  async stockToTill(): Promise<string> {
    await meet();
    return this.count();
  }

  @Get('shelf-to-till')
  @WithLock('shelf')
  async shelfToTill(): Promise<string> {
    await meet();
    return this.count();
  }

  @WithLock('shelf', { signal })
  async tidy(): Promise<string> {
    return 'tidied';
  }

  @Get('siblings')
  @WithLock('till')
  async siblings(): Promise<string[]> {
    return Promise.all([this.stock.reserve(), this.stock.reserve(), this.tidy()]);
  }

  @Get('not-awaited')
  @WithLock('till')
  async notAwaited(): Promise<string> {
    void this.count();
    return 'gone on';
  }
}

/** Who holds what and wants what, in an order of its own. */
function membersOf({ members }: Deadlock): string[] {
  return members.map(({ label, lock, wants }) => `${label} holds ${lock}, wants ${wants}`).sort();
}

async function start(adapter: MakeAdapter, deadlocks: 'report' | 'throw') {
  const started = await startLockedApp({ controllers: [ShopController], providers: [Stock] }, { adapter, deadlocks });
  const said: Deadlock[] = [];
  started.manager.watch({ onDeadlock: (deadlock) => said.push(deadlock) });
  const circle = () => membersOf(said[0]!);
  return { ...started, said, circle };
}

const CIRCLES: [what: string, paths: string[], expected: string[]][] = [
  ['a method that awaits another one under its own lock', ['itself'], ['ShopController.itself holds till, wants till']],
  [
    'two requests in opposite orders',
    ['till-to-stock', 'stock-to-till'],
    ['ShopController.stockToTill holds stock, wants till', 'ShopController.tillToStock holds till, wants stock'],
  ],
  [
    'three requests in a circle',
    ['till-to-stock', 'stock-to-shelf', 'shelf-to-till'],
    [
      'ShopController.shelfToTill holds shelf, wants till',
      'ShopController.stockToShelf holds stock, wants shelf',
      'ShopController.tillToStock holds till, wants stock',
    ],
  ],
];

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test.each(CIRCLES)('%s: said while they wait, with the names of the methods', async (_what, paths, expected) => {
    const { send, said, circle, manager } = await start(adapter, 'report');
    meetingOf(paths.length);
    const answers = paths.map((path) => send('get', `/${path}`));
    await until(() => said.length > 0);
    expect(circle()).toEqual(expected);
    expect(said[0]!.members.every(({ site }) => /deadlock\.test/.test(site.join('\n')))).toBe(true);
    expect(manager.snapshot().locks.reduce((waiting, { queueDepth }) => waiting + queueDepth, 0)).toBe(paths.length);
    giveUp.abort(new Error('given up'));
    expect((await Promise.all(answers)).map(({ status }) => status)).toContain(500);
    expect(said).toHaveLength(1);
  });

  test.each(CIRCLES)('throw: %s: one is refused, and the others go on', async (_what, paths, expected) => {
    const { send, circle, manager } = await start(adapter, 'throw');
    meetingOf(paths.length);
    const answers = await Promise.all(paths.map((path) => send('get', `/${path}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(paths.length - 1).fill(200), 500]);
    expect(circle()).toEqual(expected);
    expect(manager.snapshot().locks.some(({ held }) => held > 0)).toBe(false);
  });

  test.each([
    ['siblings', '["reserved","reserved","tidied"]'],
    ['not-awaited', 'gone on'],
  ])('throw: %s are refused nothing', async (path, text) => {
    const { send, manager } = await start(adapter, 'throw');
    expect(await send('get', `/${path}`)).toMatchObject({ status: 200, text });
    await until(() => !manager.lock('till').locked());
    expect(
      manager
        .snapshot()
        .locks.map(({ outcomes }) => outcomes.acquired)
        .sort(),
    ).toEqual(path === 'siblings' ? [1, 1, 2] : [2]);
  });
});

test('a route under lockRoute and a method under @WithLock in opposite orders: said while they wait', async () => {
  @Controller()
  class PayController {
    constructor(
      @Inject(Stock) private readonly stock: Stock,
      @Inject(LockManager) private readonly manager: LockManager,
    ) {}

    @Get('pay')
    async pay(): Promise<string> {
      await meet();
      return this.stock.reserve();
    }

    @Get('restock')
    @WithLock('stock')
    async restock(): Promise<string> {
      await meet();
      return this.manager.run('/pay', () => 'restocked', { label: 'restock' });
    }
  }
  const manager = isolatedManager();
  const said: Deadlock[] = [];
  manager.watch({ onDeadlock: (deadlock) => said.push(deadlock) });
  const { send } = await startApp(
    { controllers: [PayController], providers: [Stock, { provide: LockManager, useValue: manager }] },
    { prepare: (app) => app.use(lockRoute('/pay', { manager })) },
  );
  meetingOf(2);
  const answers = [send('get', '/pay'), send('get', '/restock')];
  await until(() => said.length > 0);
  expect(membersOf(said[0]!)).toEqual([
    'GET /pay holds /pay, wants stock',
    'PayController.restock holds stock, wants /pay',
  ]);
  giveUp.abort(new Error('given up'));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([500, 200]);
});
