import { jest } from '@jest/globals';
import express, { type Express } from 'express';
import {
  type Lock,
  LockClosedError,
  LockDeadlockError,
  type LockError,
  LockManager,
  LockTimeoutError,
  StatsRegistry,
} from 'lockmeter';
import { type SerializeOptions, serialize } from 'lockmeter/express';
import request from 'supertest';

let app: Express;
let manager: LockManager;
let lock: Lock;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('pay');
});

/** A server whose lock is held by somebody with a secret, and a request to it. */
async function askWhileHeld(options: SerializeOptions) {
  await lock.hold({ label: 'POST /secret by alice' });
  return ask(options);
}

function ask(options: SerializeOptions) {
  app.use(serialize('pay', { manager, ...options }), (_req, res) => void res.send('in'));
  return request(app).post('/pay');
}

test('a wait that is too long is 503 with Retry-After, and says nothing of the holder', async () => {
  const { status, headers, body, text } = await askWhileHeld({ timeout: 20 });
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe('1');
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(body).toEqual({
    type: 'about:blank',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The resource is busy. Try again later.',
    code: 'ERR_LOCK_TIMEOUT',
  });
  expect(text).not.toMatch(/secret|alice|pay/);
  expect(manager.stats.for('pay').outcomes.timeout).toBe(1);
  expect(lock.queueDepth).toBe(0);
});

test('a full queue is 503', async () => {
  const { status, body } = await askWhileHeld({ maxQueue: 0 });
  expect(status).toBe(503);
  expect(body.code).toBe('ERR_LOCK_QUEUE_FULL');
});

test('mode reject is 423 while held and lets through when free', async () => {
  const { status, headers, body } = await askWhileHeld({ mode: 'reject', timeout: 10_000 });
  expect(status).toBe(423);
  expect(headers['retry-after']).toBe('1');
  expect(body).toMatchObject({ title: 'Locked', status: 423, code: 'ERR_LOCK_TIMEOUT' });
  lock.release();
  await request(app).post('/pay').expect(200, 'in');
});

test('statusCode is the status of both', async () => {
  const { status, body } = await askWhileHeld({ mode: 'reject', statusCode: 429 });
  expect(status).toBe(429);
  expect(body).toMatchObject({ title: 'Too Many Requests', status: 429 });
});

test('a closed manager is 503, whatever statusCode says', async () => {
  await manager.close();
  const { status, body } = await ask({ statusCode: 429 });
  expect(status).toBe(503);
  expect(body.code).toBe('ERR_LOCK_CLOSED');
});

describe('Retry-After', () => {
  /** `waiters` wait for a lock whose only hold so far lasted `mean` ms. */
  async function retryAfter(waiters: number, mean: number): Promise<string | undefined> {
    manager.stats.for('pay').hold.observe(mean);
    await lock.hold();
    for (let i = 0; i < waiters; i++) lock.acquire().catch(() => undefined);
    const { headers } = await ask({ mode: 'reject' });
    return headers['retry-after'];
  }

  test('is the time that the holder and those who wait will need, rounded up', async () => {
    expect(await retryAfter(4, 700)).toBe('4');
  });

  test('is a minute at most', async () => {
    expect(await retryAfter(100, 5_000)).toBe('60');
  });

  test('is a second at least', async () => {
    expect(await retryAfter(1, 3)).toBe('1');
  });
});

describe('handler', () => {
  test('replies in place of the problem document', async () => {
    const errors: LockError[] = [];
    const response = await askWhileHeld({
      mode: 'reject',
      handler(error, req, res) {
        errors.push(error);
        res.status(202).send(`later: ${req.path}`);
      },
    });
    expect(response.status).toBe(202);
    expect(response.text).toBe('later: /pay');
    expect(errors[0]).toBeInstanceOf(LockTimeoutError);
    expect(errors[0]!.holderLabel).toBe('POST /secret by alice');
  });

  test('may pass the error on, and what it throws is passed on', async () => {
    app.use('/next', serialize('pay', { manager, mode: 'reject', handler: (error, _req, _res, next) => next(error) }));
    const broken = async () => {
      throw new Error('handler broke');
    };
    app.use('/broken', serialize('pay', { manager, mode: 'reject', handler: broken }));
    app.use(
      (error: Error, _req: unknown, res: express.Response, _next: unknown) => void res.status(500).send(error.name),
    );
    await lock.hold();
    await request(app).get('/next').expect(500, 'LockTimeoutError');
    await request(app).get('/broken').expect(500, 'Error');
  });
});

test('a lock error of the application is not answered as a refusal', async () => {
  const closed = new LockManager({ stats: new StatsRegistry() });
  await closed.close();
  app.get('/', serialize('pay', { manager }), (_req, _res, next) => {
    closed.run('inner', () => undefined).catch(next);
  });
  const seen: unknown[] = [];
  app.use((error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
    seen.push(error);
    res.status(500).send('mine');
  });
  await request(app).get('/').expect(500, 'mine');
  expect(seen[0]).toBeInstanceOf(LockClosedError);
});

test('a deadlock is no refusal: it goes to the error handlers', async () => {
  const strict = new LockManager({ stats: new StatsRegistry(), deadlocks: 'throw' });
  const deadlock = await strict.run('pay', () => strict.run('pay', () => undefined)).catch((error: LockError) => error);
  expect(deadlock).toBeInstanceOf(LockDeadlockError);
  jest.spyOn(lock, 'run').mockRejectedValue(deadlock);
  app.use(serialize('pay', { manager, handler: () => expect('called').toBe('never') }));
  app.use(
    (error: Error, _req: unknown, res: express.Response, _next: unknown) => void res.status(500).send(error.name),
  );
  await request(app).get('/').expect(500, 'LockDeadlockError');
});

test('when an answer has begun already, the refusal goes to the error handlers', async () => {
  const seen: unknown[] = [];
  app.use((_req, res, next) => {
    res.write('begun');
    next();
  });
  app.use(serialize('pay', { manager, mode: 'reject' }));
  app.use((error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
    seen.push(error);
    res.end(' and ended');
  });
  await lock.hold();
  await request(app).get('/').expect(200, 'begun and ended');
  expect(seen[0]).toBeInstanceOf(LockTimeoutError);
});
