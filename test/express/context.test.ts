import { AsyncLocalStorage } from 'node:async_hooks';
import express, { type Express } from 'express';
import { type Lock, LockManager, type LockObserver, StatsRegistry } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { until } from '../support/until.js';
import { serve } from './serve.js';

const requests = new AsyncLocalStorage<string>();
const holds = new AsyncLocalStorage<string>();

let app: Express;
let manager: LockManager;
let lock: Lock;

/** Each handler says what it finds in both contexts; the first to come waits for `letOut`. */
let letOut: (() => void) | undefined;

beforeEach(() => {
  letOut = undefined;
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('/pay');
  app.use((req, _res, next) => requests.run(String(req.query.who), next));
  app.use(lockRoute('/pay', { manager }));
  app.post('/pay', async (_req, res) => {
    const found = [requests.getStore(), holds.getStore()];
    if (letOut === undefined) {
      await new Promise<void>((resolve) => {
        letOut = resolve;
      });
    }
    res.json([...found, requests.getStore(), holds.getStore()]);
  });
});

/** What the handlers of a request that found the lock free, and of one that waited for it, have found. */
async function firstAndWaiter(): Promise<unknown[]> {
  const client = await serve(app);
  const a = client('/pay?who=a');
  await until(() => letOut !== undefined);
  const b = client('/pay?who=b');
  await until(() => lock.queueDepth === 1);
  letOut!();
  return Promise.all([a, b].map(async ({ reply }) => JSON.parse((await reply).body)));
}

test('the request’s own async context survives the wait', async () => {
  expect(await firstAndWaiter()).toEqual([
    ['a', null, 'a', null],
    ['b', null, 'b', null],
  ]);
});

test('what an observer makes active for the hold is active in the handlers', async () => {
  let attempts = 0;
  const observer: LockObserver = {
    wants: () => true,
    attempt() {
      const id = `hold ${++attempts}`;
      return { body: (run) => holds.run(id, run) };
    },
  };
  manager.observe(observer);
  expect(await firstAndWaiter()).toEqual([
    ['a', 'hold 1', 'a', 'hold 1'],
    ['b', 'hold 2', 'b', 'hold 2'],
  ]);
});
