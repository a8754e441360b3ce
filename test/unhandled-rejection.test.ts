/**
 * A rejection surfaces on the promise that the caller has, and only there: nothing inside is unhandled when the caller
 * handles it, and what the caller drops is reported once.
 */
import { runModule } from './support/child.js';

/** Runs `body` in a process that counts unhandled rejections, warnings and late handlings. */
async function count(body: string): Promise<unknown> {
  const { code, stdout, stderr } = await runModule(`
    import { Lock, LockManager, StatsRegistry } from 'lockmeter';
    const seen = { unhandled: [], late: 0, warnings: [] };
    process.on('unhandledRejection', (reason) => seen.unhandled.push(String(reason?.message ?? reason)));
    process.on('rejectionHandled', () => seen.late++);
    process.on('warning', (warning) => seen.warnings.push(warning.name));
    const turns = async (n = 5) => { for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve)); };
    const ignore = () => {};
    const manager = new LockManager({ stats: new StatsRegistry() });
    ${body}
    await turns();
    console.log(JSON.stringify(seen));
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const NOTHING = { unhandled: [], late: 0, warnings: [] };
const LOCKS = [
  ['a bare lock', "new Lock('inventory')"],
  ["a manager's lock", "manager.lock('inventory')"],
  ['a keyed lock', "manager.lock('inventory', 'k')"],
];

describe.each(LOCKS)('%s', (_kind, make) => {
  test.each([
    ['free', ''],
    ['held', 'void lock.acquire(); setImmediate(() => lock.release());'],
  ])('a rejecting run() that nobody handles is reported exactly once, lock %s', async (_state, before) => {
    const seen = await count(`
      const lock = ${make};
      ${before}
      void lock.run(() => Promise.reject(new Error('dropped')));
    `);
    expect(seen).toEqual({ ...NOTHING, unhandled: ['dropped'] });
  });

  test('a body that throws synchronously and is handled leaves nothing', async () => {
    const seen = await count(`
      const lock = ${make};
      await lock.run(() => { throw new Error('sync'); }).catch(ignore);
      void lock.acquire();
      setImmediate(() => lock.release());
      await lock.run(() => { throw new Error('sync, queued'); }).catch(ignore);
    `);
    expect(seen).toEqual(NOTHING);
  });

  test('timed out, aborted, refused and closed attempts that are handled leave nothing', async () => {
    const seen = await count(`
      const lock = ${make};
      await lock.acquire();
      const controller = new AbortController();
      const late = new AbortController();
      const { signal } = controller;
      const attempts = [
        lock.acquire({ timeout: 1 }), lock.hold({ timeout: 1 }), lock.run(ignore, { timeout: 1 }),
        lock.acquire({ timeout: 1, signal: new AbortController().signal }),
        lock.acquire({ timeout: 0 }), lock.acquire({ maxQueue: 0 }), lock.acquire({ timeout: -1 }),
        lock.acquire({ signal }), lock.hold({ signal }), lock.run(ignore, { signal }),
        lock.acquire({ signal: AbortSignal.abort() }),
      ];
      controller.abort();
      const results = await Promise.allSettled(attempts);
      if (results.some(({ status }) => status !== 'rejected')) throw new Error('one did not fail');
      const passed = lock.acquire({ signal: late.signal });
      lock.release();
      late.abort();
      await passed.catch(ignore);
    `);
    expect(seen).toEqual(NOTHING);
  });

  test('a timed-out acquire that nobody handles is reported exactly once', async () => {
    const seen = await count(`
      const lock = ${make};
      await lock.acquire();
      void lock.acquire({ timeout: 1, signal: new AbortController().signal });
      const start = performance.now();
      while (seen.unhandled.length === 0 && performance.now() - start < 60_000) await turns(1);
    `);
    expect(seen).toEqual({ ...NOTHING, unhandled: [expect.stringContaining('was not acquired within 1 ms')] });
  });
});

test('close({ reject: true }) rejects the waiters’ own promises and no others', async () => {
  const seen = await count(`
    const lock = manager.lock('inventory');
    await lock.acquire();
    const { signal } = new AbortController();
    const waiting = [lock.acquire(), lock.acquire({ signal }), lock.hold(), lock.hold({ signal }), lock.run(ignore), lock.run(ignore, { timeout: 9e4 })];
    void manager.close({ reject: true });
    await Promise.allSettled(waiting);
  `);
  expect(seen).toEqual(NOTHING);
});

test('10 000 waiters on one signal and ten thousand timers raise no warning', async () => {
  const seen = await count(`
    const lock = manager.lock('inventory');
    await lock.acquire();
    const controller = new AbortController();
    const waiting = Array.from({ length: 10_000 }, () => lock.acquire({ signal: controller.signal, timeout: 60_000 }));
    controller.abort();
    await Promise.allSettled(waiting);
  `);
  expect(seen).toEqual(NOTHING);
});

test('a process with only waiters without a timeout ends: a lock keeps nobody alive', async () => {
  const { code } = await runModule(`
    import { locks } from 'lockmeter';
    await locks.lock('inventory').acquire();
    void locks.lock('inventory').acquire();
    void locks.lock('inventory').run(() => console.log('never'), { signal: new AbortController().signal });
  `);
  expect(code).toBe(0);
});
