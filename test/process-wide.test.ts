/**
 * One process, one manager: shown with the built package, loaded as ESM and as CommonJS at once. Two managers would be two
 * locks for one name.
 */
import { reportOf } from './support/child.js';

const BOTH = `
  import { createRequire } from 'node:module';
  import * as esm from 'lockmeter';
  const cjs = createRequire(process.cwd() + '/package.json')('lockmeter');
`;

const report = (script: string): Promise<unknown> => reportOf(BOTH + script);

test('the two copies are two, and their manager and numbers are one', async () => {
  const seen = await report(`
    console.log(JSON.stringify({
      copies: esm.Lock !== cjs.Lock,
      manager: esm.locks === cjs.locks,
      stats: esm.locks.stats === cjs.locks.stats,
      lock: esm.locks.lock('inventory') === cjs.locks.lock('inventory'),
    }));
  `);
  expect(seen).toEqual({ copies: true, manager: true, stats: true, lock: true });
});

test('a name and a key have one lock across copies: no two inside at once', async () => {
  const seen = await report(`
    let inside = 0, worst = 0;
    const order = [];
    const body = (who) => async () => {
      worst = Math.max(worst, ++inside);
      order.push(who);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    const all = [];
    for (let i = 0; i < 5; i++) {
      all.push(esm.locks.run('inventory', body('esm'), { key: 'a' }));
      all.push(cjs.locks.run('inventory', body('cjs'), { key: 'a' }));
      all.push(cjs.withLock('inventory', body('with'), { key: () => 'a' })());
    }
    await Promise.all(all);
    const { outcomes } = cjs.locks.snapshot().locks.find((lock) => lock.name === 'inventory');
    console.log(JSON.stringify({ worst, order, acquired: outcomes.acquired }));
  `);
  expect(seen).toEqual({ worst: 1, order: Array(5).fill(['esm', 'cjs', 'with']).flat(), acquired: 15 });
});

test('bare locks of both copies count into one set of numbers', async () => {
  const seen = await report(`
    await new esm.Lock('shared').run(() => 1);
    await new cjs.Lock('shared').run(() => 1);
    const found = esm.locks.snapshot().locks.filter((lock) => lock.name === 'shared');
    console.log(JSON.stringify([found.length, found[0].outcomes.acquired]));
  `);
  expect(seen).toEqual([1, 2]);
});

test('an error of one copy is an instance of the other’s classes', async () => {
  const seen = await report(`
    const check = async (thrower, other) => {
      const lock = new thrower.Lock('x');
      await lock.acquire();
      const error = await lock.acquire({ timeout: 0 }).catch((reason) => reason);
      return [error instanceof other.LockError, error instanceof other.LockTimeoutError, error instanceof other.LockClosedError];
    };
    console.log(JSON.stringify([await check(esm, cjs), await check(cjs, esm)]));
  `);
  expect(seen).toEqual([
    [true, true, false],
    [true, true, false],
  ]);
});

test('ESM and CommonJS export the same names', async () => {
  const seen = (await report(`
    const names = (copy) => Object.keys(copy).filter((name) => name !== 'default' && name !== '__esModule' && name !== 'module.exports').sort();
    console.log(JSON.stringify([names(esm), names(cjs)]));
  `)) as [string[], string[]];
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toEqual(expect.arrayContaining(['Lock', 'LockManager', 'locks', 'withLock', 'LockError']));
});

test('an operation of either copy makes one hold span, under the span of its caller', async () => {
  const seen = await report(`
    import { api, node, tracing } from '@opentelemetry/sdk-node';
    const exporter = new tracing.InMemorySpanExporter();
    const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
    provider.register();
    const request = (body) => api.trace.getTracer('test').startActiveSpan('request', async (span) => {
      await body();
      span.end();
    });
    await request(() => esm.locks.run('esm-shared', () => 1));
    await request(() => cjs.locks.run('cjs-shared', () => 1));
    await request(() => new esm.Lock('esm-bare').run(() => 1));
    await request(() => new cjs.Lock('cjs-bare').run(() => 1));
    for (const { LockManager, StatsRegistry, name } of [{ ...esm, name: 'esm-own' }, { ...cjs, name: 'cjs-own' }]) {
      await request(() => new LockManager({ stats: new StatsRegistry() }).run(name, () => 1));
    }
    const spans = exporter.getFinishedSpans();
    const requests = new Set(spans.filter((span) => span.name === 'request').map((span) => span.spanContext().spanId));
    const holds = spans.filter((span) => span.name !== 'request');
    console.log(JSON.stringify({
      names: holds.map((span) => span.name),
      parents: new Set(holds.map((span) => span.parentSpanContext?.spanId).filter((id) => requests.has(id))).size,
    }));
  `);
  const names = ['esm-shared', 'cjs-shared', 'esm-bare', 'cjs-bare', 'esm-own', 'cjs-own'];
  expect(seen).toEqual({ names: names.map((name) => `lock.hold ${name}`), parents: names.length });
});

test('configureTracing() of either copy is for the spans, and the keys, of both', async () => {
  const seen = await report(`
    import { api, node, tracing } from '@opentelemetry/sdk-node';
    const configure = createRequire(process.cwd() + '/package.json')('lockmeter/opentelemetry').configureTracing;
    const exporter = new tracing.InMemorySpanExporter();
    new node.NodeTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] }).register();
    const seen = [];
    const use = async () => {
      exporter.reset();
      for (const { locks } of [esm, cjs]) {
        await api.trace.getTracer('test').startActiveSpan('request', () => locks.run('inventory', () => {
          seen.push(locks.snapshot().locks[0].holders[0].keyHash);
        }, { key: 'sku-1' }));
      }
      seen.push(exporter.getFinishedSpans().map(({ attributes }) => attributes['lock.key.hash']));
    };
    await use();
    configure({ keySalt: 'a' });
    await use();
    configure({ spans: 'off' });
    await use();
    console.log(JSON.stringify(seen));
  `);
  const [plain, , , salted] = seen as string[];
  expect(salted).not.toBe(plain);
  const both = (hash: string | undefined): unknown[] => [hash, hash, [hash, hash]];
  expect(seen).toEqual([...both(plain), ...both(salted), plain, plain, []]);
});
