/**
 * An engine that fails, as the client of a route under its lock and the handler behind it meet that.
 */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import {
  LockEngineError,
  type LockError,
  LockLostError,
  type LockManager,
  type MemoryDriver,
  memoryDriver,
} from 'lockmeter';
import { holdOf, lockHandler, type SerializeOptions, serialize } from 'lockmeter/express';
import request from 'supertest';
import { deferred } from '../support/deferred.js';
import { AWAY } from '../support/engine-away.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { ADDRESS, unreachableDriver } from '../support/unreachable-driver.js';
import { until } from '../support/until.js';
import { serve } from './serve.js';

let app: Express;
/** What came to the error handlers. */
let errors: unknown[];

beforeEach(() => {
  app = express();
  errors = [];
});

function withErrorHandler(): Express {
  return app.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
    errors.push(error);
    if (res.headersSent) next(error);
    else res.status(500).send(error.name);
  });
}

describe('that cannot be asked', () => {
  function ask(options: SerializeOptions) {
    const manager = isolatedManager({ driver: unreachableDriver() });
    app.post('/pay', serialize('pay', { manager, ...options }), (_req, res) => void res.send('in'));
    return request(withErrorHandler()).post('/pay');
  }

  test.each<[what: string, options: SerializeOptions]>([
    ['', {}],
    [', whatever statusCode says', { statusCode: 429 }],
    [', with mode reject too', { mode: 'reject' }],
  ])('is 503 with Retry-After%s, and says nothing of the engine', async (_what, options) => {
    const { status, headers, body, text } = await ask(options);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: AWAY,
      code: 'ERR_LOCK_ENGINE',
    });
    expect(text).not.toMatch(/ECONNREFUSED|redis|pay/);
    expect(errors).toEqual([]);
  });

  test('goes to `handler`, which is told what and where', async () => {
    const seen: LockError[] = [];
    const { status } = await ask({
      handler(error, _req, res) {
        seen.push(error);
        res.sendStatus(202);
      },
    });
    expect(status).toBe(202);
    expect(seen[0]).toBeInstanceOf(LockEngineError);
    expect(seen[0]!.message).toContain(ADDRESS);
  });
});

describe('that takes the lock away', () => {
  let engine: MemoryDriver;
  let manager: LockManager;

  beforeEach(() => {
    engine = memoryDriver();
    manager = isolatedManager({ driver: engine });
  });

  const lost = { name: 'LockLostError', code: 'ERR_LOCK_LOST', reason: 'taken', lock: 'pay' };

  test.each([
    ['serialize', (work: express.Handler) => [serialize('pay', { manager }), work]],
    ['lockHandler', (work: express.Handler) => [lockHandler('pay', work, { manager })]],
  ])('%s: the handler sees it on the signal, and what it throws then is its own error', async (_which, locked) => {
    app.post(
      '/pay',
      locked((req, res) => {
        const { signal } = holdOf(req);
        expect(signal.aborted).toBe(false);
        engine.takeAway('pay');
        signal.throwIfAborted();
        res.send('not reached');
      }),
    );
    const { status, text } = await request(withErrorHandler()).post('/pay');
    expect([status, text]).toEqual([500, 'LockLostError']);
    expect(errors).toEqual([expect.objectContaining(lost)]);
    expect(errors[0]).toBeInstanceOf(LockLostError);
    expect(await manager.run('pay', () => 'free')).toBe('free');
  });

  test('a handler that goes on answers its client, and its end is not that of the next hold', async () => {
    const exit = deferred();
    app.post('/pay', serialize('pay', { manager }), async (_req, res) => {
      await exit.promise;
      res.send('done');
    });
    const { reply } = (await serve(withErrorHandler()))('/pay');
    await until(() => manager.lock('pay').locked());
    engine.takeAway('pay');
    const other = isolatedManager({ driver: engine.replica() });
    const next = await other.lock('pay').hold();
    exit.resolve();
    expect(await reply).toMatchObject({ status: 200, body: 'done' });
    expect(next.signal.aborted).toBe(false);
    expect(await other.inspect('pay')).toMatchObject({ locked: true });
    expect(numbersOf(manager, 'pay')).toMatchObject({ held: 0, hold: { count: 1 } });
    expect(errors).toEqual([]);
    await next.release();
  });

  test('after the response was sent it breaks nothing', async () => {
    const after = deferred();
    const seen: unknown[] = [];
    const work = async (req: Request, res: Response): Promise<void> => {
      res.send('done');
      await after.promise;
      seen.push(holdOf(req).signal.reason);
    };
    app.post('/pay', lockHandler('pay', work, { manager }));
    const send = await serve(withErrorHandler());
    expect(await send('/pay').reply).toMatchObject({ status: 200, body: 'done' });
    engine.takeAway('pay');
    after.resolve();
    await until(() => seen.length === 1);
    expect(seen).toEqual([expect.objectContaining(lost)]);
    expect(errors).toEqual([]);
    const second = send('/pay');
    expect(await second.reply).toMatchObject({ status: 200 });
  });
});
