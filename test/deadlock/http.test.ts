/**
 * Deadlocks of requests: a hold that ends with the response, a hold of a method, and both in one circle.
 */
import { Controller, Get, Injectable, Param } from '@nestjs/common';
import express from 'express';
import { type Deadlock, type LockError, LockManager } from 'lockmeter';
import { lockHandler, lockRoute } from 'lockmeter/express';
import { WithLock } from 'lockmeter/nestjs';
import { serve } from '../express/serve.js';
import { startLockedApp } from '../nestjs/start-app.js';
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';
import { later } from './circles.js';

/** The deadlocks of a manager, as they are said. */
function heard(manager: LockManager): Deadlock[] {
  const deadlocks: Deadlock[] = [];
  manager.watch({ onDeadlock: (deadlock) => deadlocks.push(deadlock) });
  return deadlocks;
}

/** Milliseconds: longer than those who look for proof need to look twice. */
const TIMEOUT = 600;
/** For waits that are to end otherwise, however busy the machine is. */
const PATIENCE = 60_000;

@Injectable()
class Rows {
  inside = 0;
  readonly bothIn = deferred();
  child: Promise<string> | undefined;

  @WithLock('row', { key: (row: string) => row })
  async write(row: string): Promise<string> {
    return `wrote ${row}`;
  }

  async comeIn(): Promise<void> {
    if (++this.inside === 2) this.bothIn.resolve();
    await this.bothIn.promise;
  }
}

@Controller('rows')
class RowsController {
  constructor(private readonly rows: Rows) {}

  @Get(':row/again')
  async again(@Param('row') row: string): Promise<string> {
    return this.rows.write(row);
  }

  @Get(':row/then/:other')
  async both(@Param('other') other: string): Promise<string> {
    await this.rows.comeIn();
    return this.rows.write(other);
  }

  @Get(':row/started')
  async started(@Param('row') row: string): Promise<string> {
    const refresh = async (): Promise<string> => await this.rows.write(row);
    this.rows.child = refresh();
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT));
    return 'started';
  }
}

/** An application whose requests hold their row from the middleware to the response, and whose methods lock rows too. */
async function startRows(deadlocks: 'report' | 'throw') {
  const key = (req: express.Request) => String(req.params.row);
  const app = await startLockedApp(
    { controllers: [RowsController], providers: [Rows] },
    {
      deadlocks,
      timeout: deadlocks === 'report' ? TIMEOUT : PATIENCE,
      prepare: (nest) => nest.use(lockRoute('/rows/:row/*rest', { name: 'row', key, manager: nest.get(LockManager) })),
    },
  );
  return { ...app, rows: app.app.get(Rows), deadlocks: heard(app.manager) };
}

describe('lockRoute and @WithLock together', () => {
  test('re-entry: said at once, with the request and where it asked', async () => {
    const { send, deadlocks } = await startRows('report');
    expect((await send('get', '/rows/7/again')).status).toBe(503);
    expect(deadlocks).toHaveLength(1);
    const [member] = deadlocks[0]!.members;
    expect(member).toMatchObject({ lock: 'row', key: '7', wants: 'row', wantsKey: '7' });
    expect(member!.label).toMatch(/^GET /);
    expect(member!.site.join('\n')).toContain('http.test.ts');
  });

  test('re-entry, thrown: answered at once, and the lock is free', async () => {
    const { send, manager, deadlocks } = await startRows('throw');
    expect((await send('get', '/rows/7/again')).status).toBe(500);
    expect(deadlocks).toHaveLength(1);
    expect(manager.lock('row', 7).locked()).toBe(false);
  });

  test('two requests in opposite orders: both of them are named', async () => {
    const { send, deadlocks } = await startRows('report');
    await Promise.all([send('get', '/rows/1/then/2'), send('get', '/rows/2/then/1')]);
    expect(deadlocks).toHaveLength(1);
    expect(deadlocks[0]!.members.map(({ key, wantsKey }) => [key, wantsKey]).sort()).toEqual([
      ['1', '2'],
      ['2', '1'],
    ]);
  });

  test('two requests in opposite orders, thrown: one is refused, the other is answered', async () => {
    const { send, manager } = await startRows('throw');
    const answers = await Promise.all([send('get', '/rows/1/then/2'), send('get', '/rows/2/then/1')]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 500]);
    expect(manager.stats.deadlocks).toBe(1);
    expect([1, 2].map((key) => manager.lock('row', key).locked())).toEqual([false, false]);
  });

  test('work that a handler starts and does not await gets its turn after the response', async () => {
    const { send, rows, deadlocks } = await startRows('throw');
    expect((await send('get', '/rows/7/started')).status).toBe(200);
    expect(await rows.child).toBe('wrote 7');
    expect(deadlocks).toHaveLength(1);
  });
});

describe('Express alone', () => {
  /** Whatever a handler's promise does. */
  const app = (manager: LockManager, work: () => Promise<unknown>, exact: boolean) => {
    const handler: express.RequestHandler = async (_req, res) => {
      res.json(await work().catch((error: unknown) => (error as LockError).code));
    };
    const locked = exact
      ? [lockHandler('pay', handler, { manager })]
      : [lockRoute('/pay', { name: 'pay', manager }), handler];
    return express().post('/pay', ...locked);
  };

  test.each([
    ['lockRoute', 'report', 'ERR_LOCK_TIMEOUT'],
    ['lockHandler', 'report', 'ERR_LOCK_TIMEOUT'],
    // What a response waits for is not known.
    ['lockRoute', 'throw', 'ERR_LOCK_TIMEOUT'],
    ['lockHandler', 'throw', 'ERR_LOCK_DEADLOCK'],
  ] as const)('%s, %s: re-entry is said, and ends with %s', async (form, deadlocks, code) => {
    const manager = isolatedManager({ deadlocks });
    const said = heard(manager);
    const work = () => manager.run('pay', () => 'paid', { timeout: code === 'ERR_LOCK_TIMEOUT' ? TIMEOUT : PATIENCE });
    const send = await serve(app(manager, work, form === 'lockHandler'));
    expect(JSON.parse((await send('/pay').reply).body)).toBe(code);
    const label = form === 'lockRoute' ? 'POST /pay' : 'POST pay';
    expect(said).toMatchObject([{ members: [{ lock: 'pay', label, wants: 'pay' }] }]);
    await later();
    expect(manager.lock('pay').locked()).toBe(false);
  });

  test.each([false, true])('work that is started and not awaited is not refused (lockHandler: %s)', async (exact) => {
    const manager = isolatedManager({ deadlocks: 'throw' });
    let child: Promise<unknown> | undefined;
    const refresh = async () => await manager.run('pay', () => 'refreshed');
    const work = async () => {
      child = refresh();
      await new Promise((resolve) => setTimeout(resolve, TIMEOUT));
      return 'paid';
    };
    const send = await serve(app(manager, work, exact));
    expect(JSON.parse((await send('/pay').reply).body)).toBe('paid');
    expect(await child).toBe('refreshed');
  });
});
