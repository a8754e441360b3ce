import { pipeline, Readable } from 'node:stream';
import { jest } from '@jest/globals';
import express, { type Express, type Response } from 'express';
import { type Lock, LockManager, StatsRegistry } from 'lockmeter';
import { type SerializeOptions, serialize } from 'lockmeter/express';
import { until } from '../support/until.js';
import { Room } from './room.js';
import { serve } from './serve.js';

let app: Express;
let manager: LockManager;
let lock: Lock;
let room: Room;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('pay');
  room = new Room();
});

const numbers = () => manager.stats.for('pay');

/** `a` is inside, `b` waits. */
async function oneInsideOneWaiting(options: SerializeOptions = {}) {
  app.post('/pay', serialize('pay', { manager, ...options }), room.visit);
  const client = await serve(app);
  const a = client('/pay?who=a');
  await until(() => room.has('a'));
  const b = client('/pay?who=b');
  await until(() => lock.queueDepth === 1);
  return { a, b, client };
}

const closed = (who: string) => until(() => room.responses.get(who)!.closed);

describe('a holder whose client leaves', () => {
  test('keeps the lock until its handler ends the response', async () => {
    const { a, b } = await oneInsideOneWaiting();
    a.leave();
    await closed('a');
    expect(lock.locked()).toBe(true);
    expect(lock.queueDepth).toBe(1);
    expect(room.entered).toEqual(['a']);

    room.letOut('a');
    await until(() => room.has('b'));
    room.letOut('b');
    expect((await b.reply).status).toBe(200);
    expect(room.peak).toBe(1);
    expect(numbers().forcedReleases.abandoned).toBe(0);
  });

  test('and whose handler never ends is released after the grace period, and counted', async () => {
    const { a, b } = await oneInsideOneWaiting({ disconnectGrace: 20 });
    a.leave();
    await until(() => room.has('b'));
    expect(numbers().forcedReleases.abandoned).toBe(1);

    room.letOut('a');
    expect(lock.locked()).toBe(true);
    room.letOut('b');
    expect((await b.reply).status).toBe(200);
    await until(() => !lock.locked());
    expect(numbers().hold.count).toBe(2);
    expect(numbers().forcedReleases.abandoned).toBe(1);
  });

  test('ends it only once: a late end() does not free the next one’s hold', async () => {
    const { a, client } = await oneInsideOneWaiting({ disconnectGrace: 0 });
    a.leave();
    await until(() => room.has('b'));
    client('/pay?who=c');
    await until(() => lock.queueDepth === 1);

    room.letOut('a');
    await until(() => room.responses.get('a')!.writableEnded);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lock.queueDepth).toBe(1);
    expect(room.entered).toEqual(['a', 'b']);
    expect(numbers().hold.count).toBe(1);
  });

  test('gives it up at once with onDisconnect: release', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const { a } = await oneInsideOneWaiting({ onDisconnect: 'release', timeout: Infinity, disconnectGrace: Infinity });
    timers.mockClear();
    a.leave();
    await until(() => room.has('b'));
    // At once is not "after a timer of 0 ms", which a busy process can put off.
    expect(timers.mock.calls.filter(([, delay]) => delay === 0)).toEqual([]);
    timers.mockRestore();
    expect(room.peak).toBe(2);
    expect(numbers().forcedReleases.abandoned).toBe(1);
  });

  test('its grace timer never keeps the process alive, and is gone with the end()', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const { a } = await oneInsideOneWaiting({ disconnectGrace: 12_345 });
    a.leave();
    await closed('a');
    const made = timers.mock.calls.findIndex(([, delay]) => delay === 12_345);
    const timer = timers.mock.results[made]!.value as NodeJS.Timeout & { _destroyed: boolean };
    timers.mockRestore();
    expect(timer.hasRef()).toBe(false);
    expect(timer._destroyed).toBe(false);

    room.letOut('a');
    await until(() => room.has('b'));
    expect(timer._destroyed).toBe(true);
  });
});

describe('a waiter whose client leaves', () => {
  test('leaves the queue, and its handler never runs', async () => {
    const { a, b, client } = await oneInsideOneWaiting();
    const c = client('/pay?who=c');
    await until(() => lock.queueDepth === 2);
    b.leave();
    await until(() => lock.queueDepth === 1);
    expect(numbers().outcomes.aborted).toBe(1);

    room.letOut('a');
    await until(() => room.has('c'));
    room.letOut('c');
    await Promise.all([a.reply, c.reply]);
    expect(room.entered).toEqual(['a', 'c']);
    await until(() => !lock.locked());
  });

  test('is sent nothing, and no error handler hears of it', async () => {
    const errors: unknown[] = [];
    let waiting: Response | undefined;
    app.use((req, res, next) => {
      if (req.query.who === 'b') waiting = res;
      next();
    });
    const { a, b } = await oneInsideOneWaiting();
    app.use((error: unknown, _req: unknown, _res: Response, next: (error: unknown) => void) => {
      errors.push(error);
      next(error);
    });
    b.leave();
    await until(() => numbers().outcomes.aborted === 1);
    // A whole other answer later, whatever was to come of it has come.
    room.letOut('a');
    await a.reply;
    expect(errors).toEqual([]);
    expect(waiting!.headersSent).toBe(false);
    expect(waiting!.writableEnded).toBe(false);
  });

  test('while its key is computed never takes the lock', async () => {
    let gotKey: ((key: string) => void) | undefined;
    let response: Response | undefined;
    app.use((_req, res, next) => {
      response = res;
      next();
    });
    const key = () =>
      new Promise<string>((resolve) => {
        gotKey = resolve;
      });
    app.post('/pay', serialize('pay', { manager, key }), room.visit);
    const client = await serve(app);
    const { leave } = client('/pay?who=a');
    await until(() => gotKey !== undefined);
    leave();
    await until(() => response!.closed);
    gotKey!('k');
    await until(() => numbers().outcomes.aborted === 1);
    expect(numbers().outcomes.acquired).toBe(0);
    expect(room.entered).toEqual([]);
  });
});

test('a response that somebody else ended while the request waited goes no further', async () => {
  const waiting: Response[] = [];
  app.use((_req, res, next) => {
    waiting.push(res);
    next();
  });
  const { b } = await oneInsideOneWaiting();
  waiting[1]!.status(408).end('too late');
  room.letOut('a');
  expect((await b.reply).status).toBe(408);
  await until(() => !lock.locked());
  expect(room.entered).toEqual(['a']);
});

test('a stream that fails destroys the response, which ends the hold without any grace', async () => {
  app.get('/stream', serialize('pay', { manager, disconnectGrace: Infinity }), (_req, res) => {
    const source = new Readable({ read: () => undefined });
    pipeline(source, res, () => undefined);
    res.write('some');
    setImmediate(() => source.destroy(new Error('the source broke')));
  });
  const client = await serve(app);
  await expect(client('/stream', 'GET').reply).rejects.toThrow();
  await until(() => !lock.locked());
  expect(numbers().forcedReleases.abandoned).toBe(0);
});
