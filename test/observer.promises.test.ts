/**
 * Observers that are asynchronous where they must not be: the promises they make of the body's, or of nothing, are theirs and
 * not the caller's. One that rejects is no unhandled rejection, which would end the process.
 *
 * In a process of its own, because Jest keeps unhandled rejections to itself.
 */
import { runModule } from './support/child.js';

/** What became of one run: of its caller, its body, the process and the observer. */
interface Seen {
  result: string;
  ran: number;
  locked: boolean;
  unhandled: string[];
  observerErrors: number;
}

/** Runs `body` once on a free lock and once on a held one, each followed by `observer`, and says what became of it. */
async function followed(observer: string, body: string): Promise<Seen[]> {
  const { code, stdout, stderr } = await runModule(`
    import { LockManager, StatsRegistry } from 'lockmeter';
    process.emitWarning = () => {};
    let unhandled = [];
    process.on('unhandledRejection', (reason) => unhandled.push(String(reason?.message ?? reason)));
    const turns = async (n) => { for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve)); };
    const seen = [];
    for (const held of [false, true]) {
      const manager = new LockManager({ stats: new StatsRegistry() });
      const lock = manager.lock('inventory');
      if (held) lock.tryAcquire();
      manager.observe({ wants: () => true, attempt: () => undefined, ...${observer} });
      const before = manager.snapshot().observerErrors;
      let ran = 0;
      const running = lock.run(() => { ran++; return (${body})(); }).catch((error) => error.message);
      if (held) lock.release();
      const result = await running;
      await turns(5);
      const observerErrors = manager.snapshot().observerErrors - before;
      seen.push({ result, ran, locked: lock.locked(), unhandled, observerErrors });
      unhandled = [];
    }
    console.log(JSON.stringify(seen));
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Seen[];
}

const twice = (expected: Partial<Record<keyof Seen, unknown>>): unknown[] =>
  [1, 2].map(() => expect.objectContaining({ ran: 1, locked: false, unhandled: [], ...expected }));

const BODIES: [how: string, body: string][] = [
  ['rejects', "async () => { await null; throw new Error('its own'); }"],
  ['throws', "() => { throw new Error('its own'); }"],
];

describe.each(BODIES)('when the body %s, its caller gets that, and no rejection is unhandled', (_how, body) => {
  test.each([
    ['run => run().finally(() => {})'],
    ['run => Promise.resolve(run()).finally(() => {})'],
    ['run => run().then((value) => value)'],
    ['async run => await run()'],
    ['async run => run()'],
    ['run => new Promise((resolve) => resolve(run()))'],
  ])('although body is %s', async (hook) => {
    expect(await followed(`{ attempt: () => ({ body: ${hook} }) }`, body)).toEqual(twice({ result: 'its own' }));
  });

  test('although two observers make a promise of their own each, one around the other', async () => {
    const observer = `(manager.observe({ wants: () => true, attempt: () => ({ body: async run => await run() }) }),
      { attempt: () => ({ body: run => run().finally(() => {}) }) })`;
    expect(await followed(observer, body)).toEqual(twice({ result: 'its own' }));
  });

  test('although body is an async function that never runs it and throws: counted', async () => {
    const observer = "{ attempt: () => ({ body: async () => { throw new Error('not its own'); } }) }";
    expect(await followed(observer, body)).toEqual(twice({ result: 'its own', observerErrors: 1 }));
  });

  test('although wants is an async function that throws: counted', async () => {
    const observer = "{ wants: async () => { throw new Error('not its own'); } }";
    const seen = await followed(observer, body);
    expect(seen).toEqual(twice({ result: 'its own', observerErrors: expect.any(Number) }));
    for (const { observerErrors } of seen) expect(observerErrors).toBeGreaterThan(0);
  });
});

test('what the body’s error has been made into by an observer is an error of the observer’s, counted', async () => {
  const hook = "async run => { try { await run(); } catch { throw new Error('made of it'); } }";
  const seen = await followed(`{ attempt: () => ({ body: ${hook} }) }`, BODIES[0]![1]);
  expect(seen).toEqual(twice({ result: 'its own', observerErrors: 1 }));
});

test('a body that resolves is not affected either', async () => {
  for (const hook of ['run => run().finally(() => { throw new Error() })', 'async () => { throw new Error(); }']) {
    const seen = await followed(`{ attempt: () => ({ body: ${hook} }) }`, "async () => 'fine'");
    expect(seen).toEqual(twice({ result: 'fine', observerErrors: 1 }));
  }
});

test.each(['granted', 'released', 'threw'])('%s as an async function that throws is counted', async (hook) => {
  const observer = `{ attempt: () => ({ ${hook}: async () => { throw new Error('not its own'); } }) }`;
  expect(await followed(observer, BODIES[0]![1])).toEqual(twice({ result: 'its own', observerErrors: 1 }));
});
