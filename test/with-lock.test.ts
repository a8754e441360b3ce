/**
 * withLock: any async function, one call at a time, and still itself: `this`, arguments, result, error.
 */
import { withLock } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedManager, numbersOf } from './support/isolated.js';
import { ticks } from './support/ticks.js';

test('serialises the calls, in their order', async () => {
  const manager = isolatedManager();
  const gates = [deferred(), deferred(), deferred()];
  const order: string[] = [];
  const reserve = withLock(
    'inventory',
    async (i: number) => {
      order.push(`in ${i}`);
      await gates[i]!.promise;
      order.push(`out ${i}`);
    },
    { manager },
  );
  const calls = [reserve(0), reserve(1), reserve(2)];
  gates[2]!.resolve();
  gates[1]!.resolve();
  await ticks(10);
  expect(order).toEqual(['in 0']);
  gates[0]!.resolve();
  await Promise.all(calls);
  expect(order).toEqual(['in 0', 'out 0', 'in 1', 'out 1', 'in 2', 'out 2']);
});

test('with a key, one at a time per key', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const inside: string[] = [];
  const reserve = withLock(
    'inventory',
    async (sku: string, _quantity: number) => {
      inside.push(sku);
      await gate.promise;
    },
    { manager, key: (sku) => sku },
  );
  const calls = [reserve('a', 1), reserve('b', 1), reserve('a', 2)];
  await ticks(10);
  expect(inside).toEqual(['a', 'b']);
  gate.resolve();
  await Promise.all(calls);
  expect(inside).toEqual(['a', 'b', 'a']);
});

test('this, arguments, result and error pass through', async () => {
  const manager = isolatedManager();
  const shop = {
    stock: 5,
    take: withLock(
      'inventory',
      function (this: { stock: number }, quantity: number): number {
        if (quantity > this.stock) throw new RangeError('out of stock');
        this.stock -= quantity;
        return this.stock;
      },
      { manager },
    ),
  };
  await expect(shop.take(2)).resolves.toBe(3);
  await expect(shop.take(9)).rejects.toThrow(new RangeError('out of stock'));
  await expect(shop.take(3)).resolves.toBe(0);
});

test('the label is the function’s name, unless one is given', async () => {
  const manager = isolatedManager();
  const labels: (string | null)[] = [];
  const look = (): void => void labels.push(numbersOf(manager).holders[0]!.label);
  await withLock(
    'inventory',
    function reserve() {
      look();
    },
    { manager },
  )();
  await withLock('inventory', look, { manager, label: 'POST /checkout' })();
  await withLock(
    'inventory',
    (
      () => () =>
        look()
    )(),
    { manager },
  )();
  expect(labels).toEqual(['reserve', 'POST /checkout', null]);
});

test('the signal comes from the arguments', async () => {
  const manager = isolatedManager();
  const controller = new AbortController();
  let ran = 0;
  const reserve = withLock('inventory', (_signal?: AbortSignal) => ++ran, { manager, signal: (signal) => signal });
  await manager.lock('inventory').acquire();
  const waiting = reserve(controller.signal);
  const patient = reserve();
  controller.abort('gone');
  await expect(waiting).rejects.toBe('gone');
  manager.lock('inventory').release();
  await patient;
  expect(ran).toBe(1);
});

test('timeout and maxQueue go with every call', async () => {
  const manager = isolatedManager();
  await manager.lock('inventory').acquire();
  const impatient = withLock('inventory', () => 1, { manager, timeout: 0 });
  const refused = withLock('inventory', () => 1, { manager, maxQueue: 0 });
  await expect(impatient()).rejects.toMatchObject({ code: 'ERR_LOCK_TIMEOUT' });
  await expect(refused()).rejects.toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL' });
});

test('a key function that throws or gives undefined is a rejection, and nothing runs', async () => {
  const manager = isolatedManager();
  let ran = 0;
  const body = (_sku?: string): number => ran++;
  const missing = withLock('inventory', body, { manager, key: (sku) => sku as string });
  const throwing = withLock('inventory', body, {
    manager,
    key: () => {
      throw new Error('no key');
    },
  });
  await expect(missing()).rejects.toThrow(new TypeError('key must be a string or a finite number, got undefined'));
  await expect(throwing()).rejects.toThrow('no key');
  expect(ran).toBe(0);
});

test.each([
  ['an empty name', () => withLock('', () => 1), 'name'],
  ['no function', () => withLock('x', undefined as never), 'fn'],
  ['a key that is no function', () => withLock('x', () => 1, { key: 'sku' as never }), 'key'],
  [
    'a signal that is no function',
    () => withLock('x', () => 1, { signal: new AbortController().signal as never }),
    'signal',
  ],
  ['a bad timeout', () => withLock('x', () => 1, { timeout: Number.NaN }), 'timeout'],
  ['a manager that is none', () => withLock('x', () => 1, { manager: {} as never }), 'manager'],
  ['a bad maxQueue', () => withLock('x', () => 1, { maxQueue: -1 }), 'maxQueue'],
])('%s throws when it is made', (_what, make, option) => {
  expect(make).toThrow(new RegExp(`^${option} must`));
});

test('name and length are those of the function', () => {
  const charge = withLock('payments', async function charge(_order: string, _amount: number) {}, {
    manager: isolatedManager(),
  });
  expect([charge.name, charge.length]).toEqual(['charge', 2]);
});
