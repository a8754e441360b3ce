/**
 * The memory driver beyond the suite: replicas, losing on demand, answers that come later, and nothing left in memory.
 */
import { type LeaseLoss, LockManager } from 'lockmeter';
import { MemoryAttempt } from '../../src/drivers/memory/memory-attempt.js';
import { memoryDriver } from '../../src/drivers/memory/memory-driver.js';
import { MemoryEngine } from '../../src/drivers/memory/memory-engine.js';
import { ask, asking, granted } from '../support/answered.js';
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';
import { stateOf, turn } from '../support/ticks.js';

test('nobody is told anything within the call that asks, or releases', async () => {
  const driver = memoryDriver();
  const told: string[] = [];
  const first = ask(driver, 'stock');
  const second = ask(driver, 'stock', { queued: () => told.push('queued') });
  first.answer.then(() => told.push('first'));
  second.answer.then(() => told.push('second'));
  expect(told).toEqual([]);
  const grant = granted(await first.answer);
  expect(told).toEqual(['queued', 'first']);
  void grant.release();
  expect(told).toEqual(['queued', 'first']);
  await second.answer;
  expect(told).toEqual(['queued', 'first', 'second']);
});

test('a waiter that has its turn in the tick in which it queued is told that it queued first', async () => {
  const driver = memoryDriver();
  const told: string[] = [];
  const holder = granted(await ask(driver, 'stock').answer);
  const waiter = ask(driver, 'stock', { queued: ({ ahead }) => told.push(`queued behind ${ahead}`) });
  void holder.release();
  await waiter.answer.then(() => told.push('granted'));
  expect(told).toEqual(['queued behind 0', 'granted']);
});

test('replicas share locks, and the end of one leaves the others alone', async () => {
  const one = memoryDriver();
  const other = one.replica();
  const lost: LeaseLoss[] = [];
  await ask(one, 'stock', { lost: (loss) => lost.push(loss) }).answer;
  const waiter = ask(other, 'stock');
  await one.close();
  expect(lost).toEqual([{ cause: 'closed' }]);
  expect(granted(await waiter.answer).isValid()).toBe(true);
  expect([one.health().state, other.health().state]).toEqual(['closed', 'ready']);
  expect(await ask(one, 'stock').answer).toEqual({ refused: 'closed' });
});

test('what is taken away is told before the next one has it', async () => {
  const driver = memoryDriver();
  const told: string[] = [];
  const holder = granted(await ask(driver, 'stock', { lost: ({ cause }) => told.push(cause) }).answer);
  const next = ask(driver, 'stock').answer.then(() => told.push('granted'));
  driver.takeAway('stock');
  driver.takeAway('nothing that anybody holds');
  await next;
  expect(told).toEqual(['taken', 'granted']);
  expect(await holder.release()).toBe('lost');
});

test('who loses before it was told of its grant is told of no loss: it is refused, or has its turn again', async () => {
  const driver = memoryDriver();
  const losses: LeaseLoss[] = [];
  const lost = (loss: LeaseLoss) => losses.push(loss);
  const [first, second] = [ask(driver, 'stock', { lost }), ask(driver, 'stock', { lost })];
  driver.takeAway('stock');
  const grant = granted(await second.answer);
  expect([grant.fencingToken, losses]).toEqual([2n, []]);
  void grant.release();
  const again = granted(await first.answer);
  expect([again.isValid(), again.fencingToken, await again.release()]).toEqual([true, 3n, 'released']);
  const last = ask(driver, 'stock', { lost });
  await driver.close();
  expect([await last.answer, losses]).toEqual([{ refused: 'closed' }, []]);
});

test('who has its turn again in that very tick is told of it once', async () => {
  const driver = memoryDriver();
  const grants: bigint[] = [];
  driver.acquire('stock', { ...asking(), granted: ({ fencingToken }) => grants.push(fencingToken) });
  driver.takeAway('stock');
  await turn();
  expect(grants).toEqual([2n]);
});

test('a resource that nobody uses takes no memory', async () => {
  const engine = new MemoryEngine();
  const asked = Array.from({ length: 100 }, () => asking());
  const attempts = asked.map((each, i) => new MemoryAttempt(engine, {}, `stock ${i % 10}`, each));
  for (const attempt of attempts) engine.join(attempt);
  for (const attempt of attempts.filter((_, i) => i % 3 === 0)) attempt.cancel();
  for (const { promise } of asked.filter((_, i) => i % 3 !== 0)) await granted(await promise).release();
  expect((engine as unknown as { lines: Map<string, unknown> }).lines.size).toBe(0);
});

test('a body whose lock is taken away sees it by its signal, and the next one runs', async () => {
  const driver = memoryDriver();
  const locks = isolatedManager({ driver });
  const gate = deferred();
  const entered = deferred();
  const body = locks.run(
    'stock',
    async (hold) => {
      expect(hold.signal.aborted).toBe(false);
      entered.resolve();
      await gate.promise;
      return hold.signal.reason;
    },
    { key: 'sku-7' },
  );
  await entered.promise;
  driver.takeAway('stock:sku-7');
  expect(await locks.run('stock', () => 'next', { key: 'sku-7' })).toBe('next');
  gate.resolve();
  const outcome = await body.catch((error: Error) => error);
  expect(outcome).toMatchObject({ code: 'ERR_LOCK_LOST', lock: 'stock', key: 'sku-7' });
});

test('managers on replicas exclude one another, in the order in which they asked', async () => {
  const driver = memoryDriver();
  const managers: LockManager[] = [1, 2, 3].map(() => isolatedManager({ driver: driver.replica() }));
  const gate = deferred();
  const entered: number[] = [];
  let inside = 0;
  const runs = [0, 1, 2, 0, 1].map((replica, i) =>
    managers[replica]!.run('stock', async (hold) => {
      entered.push(i);
      expect([++inside, typeof hold.fencingToken]).toEqual([1, 'bigint']);
      await gate.promise;
      inside--;
    }),
  );
  gate.resolve();
  await Promise.all(runs);
  expect(entered).toEqual([0, 1, 2, 3, 4]);
});

describe('whoever is told of a loss may do anything to the driver at once', () => {
  test('take the lock again from whoever has it now: it has one holder all the same', async () => {
    const driver = memoryDriver();
    let times = 0;
    const again = (): void => {
      if (++times === 1) driver.takeAway('stock');
    };
    const first = ask(driver, 'stock', { lost: again });
    const [second, third] = [ask(driver, 'stock'), ask(driver, 'stock')];
    await first.answer;
    driver.takeAway('stock');
    const grant = granted(await third.answer);
    expect([times, grant.isValid(), await stateOf(second.answer)]).toEqual([1, true, 'pending']);
    void grant.release();
    expect(granted(await second.answer).isValid()).toBe(true);
  });

  test('release what else the driver holds while it is closed: nobody loses what it has by then', async () => {
    const driver = memoryDriver();
    const other = driver.replica();
    const lost: string[] = [];
    let newcomer: ReturnType<typeof ask> | undefined;
    const leave = (): void => {
      void sold?.release();
      newcomer = ask(other, 'sold');
    };
    await ask(driver, 'stock', { lost: leave }).answer;
    const sold = granted(await ask(driver, 'sold', { lost: () => lost.push('sold') }).answer);
    await driver.close();
    const refused = await ask(other, 'sold', { wait: false }).answer;
    expect([lost, granted(await newcomer!.answer).isValid(), refused]).toMatchObject([[], true, { refused: 'busy' }]);
  });
});
