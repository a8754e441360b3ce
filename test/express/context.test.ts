import { AsyncLocalStorage } from 'node:async_hooks';
import { api } from '@opentelemetry/sdk-node';
import express, { type Express } from 'express';
import { type Lock, LockManager, type LockObserver, StatsRegistry } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { tracingForEachTest } from '../support/spans.js';
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

describe('with an OpenTelemetry SDK', () => {
  const tracing = tracingForEachTest();

  test('the request’s span is the parent of its wait and its hold, and the hold is active in the handler', async () => {
    app = express();
    app.use((req, _res, next) => {
      const span = api.trace.getTracer('test').startSpan(`request ${req.query.who}`);
      _res.once('close', () => span.end());
      api.context.with(api.trace.setSpan(api.context.active(), span), next);
    });
    app.use(lockRoute('/pay', { manager }));
    app.post('/pay', async (req, res) => {
      api.trace.getTracer('test').startSpan(`work ${req.query.who}`).end();
      if (letOut === undefined) {
        await new Promise<void>((resolve) => {
          letOut = resolve;
        });
      }
      res.json([]);
    });
    await firstAndWaiter();
    await until(() => tracing.named('request b').length === 1 && tracing.named('lock.hold /pay').length === 2);

    const idOf = (name: string, i = 0) => tracing.named(name)[i]!.spanContext().spanId;
    const parentOf = (name: string, i = 0) => tracing.named(name)[i]!.parentSpanContext!.spanId;
    expect(parentOf('lock.wait /pay')).toBe(idOf('request b'));
    expect(parentOf('lock.hold /pay', 0)).toBe(idOf('request a'));
    expect(parentOf('lock.hold /pay', 1)).toBe(idOf('request b'));
    expect(parentOf('work a')).toBe(idOf('lock.hold /pay', 0));
    expect(parentOf('work b')).toBe(idOf('lock.hold /pay', 1));
  });
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
