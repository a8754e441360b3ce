/** The recipes for HTTP frameworks, against the real frameworks and real sockets: one contract for all of them. */
import { locks } from 'lockmeter';
import { numbersOf } from '../support/isolated.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';
import { checkOut } from './customer.js';
import { HTTP_SHOPS, type OpenShop } from './http-shops.js';
import { Paying } from './paying.js';

describe.each(HTTP_SHOPS)('$framework', ({ lock, open }) => {
  let paying: Paying;
  let shop: OpenShop;
  const start = async (timeout?: number): Promise<void> => {
    paying = new Paying();
    shop = await open(paying.pay, timeout);
  };
  const waiting = (cart: string) => locks.lock(lock, cart).queueDepth;
  const outcomes = () => numbersOf(locks, lock).outcomes;

  afterEach(async () => {
    await shop.close();
    await until(() => numbersOf(locks, lock).held === 0, 'nothing is left held');
    expect(numbersOf(locks, lock)).toMatchObject({ queueDepth: 0, holders: [] });
    expect(numbersOf(locks, lock).hold.count).toBe(outcomes().acquired);
  });

  test('three at once for one cart never overlap, and come in the order of their arrival', async () => {
    await start();
    const answers: Promise<number>[] = [];
    const order: number[] = [];
    for (const who of [0, 1, 2]) {
      const { answer } = checkOut(shop.port, 'a');
      answers.push(answer.then(({ status }) => order.push(who) && status));
      await until(() => paying.count('a') === 1 && waiting('a') === who);
    }
    for (const turnsTaken of [1, 2, 3]) {
      await until(() => paying.count('a') === turnsTaken);
      await turn();
      expect(waiting('a')).toBe(3 - turnsTaken);
      paying.accept('a');
    }
    expect(await Promise.all(answers)).toEqual([200, 200, 200]);
    expect(order).toEqual([0, 1, 2]);
    expect(paying.most).toBe(1);
  });

  test('another cart does not wait', async () => {
    await start();
    const a = checkOut(shop.port, 'a');
    await until(() => paying.count('a') === 1);
    const b = checkOut(shop.port, 'b');
    await until(() => paying.count('b') === 1);
    paying.accept('b');
    expect(JSON.parse((await b.answer).body)).toEqual({ receipt: 'receipt of b' });
    expect(locks.lock(lock, 'a').locked()).toBe(true);
    paying.accept('a');
    expect(JSON.parse((await a.answer).body)).toEqual({ receipt: 'receipt of a' });
  });

  test('who waits too long gets 503 and Retry-After, and never pays', async () => {
    await start(20);
    const a = checkOut(shop.port, 'a');
    await until(() => paying.count('a') === 1);
    const { status, headers, body } = await checkOut(shop.port, 'a').answer;
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    expect(JSON.parse(body)).toEqual({ code: 'ERR_LOCK_TIMEOUT', message: 'The resource is busy. Try again later.' });
    paying.accept('a');
    expect((await a.answer).status).toBe(200);
    expect(paying.asked).toEqual(['a']);
  });

  test('who hangs up while waiting leaves the queue, and never pays', async () => {
    await start();
    const before = outcomes().aborted;
    const a = checkOut(shop.port, 'a');
    await until(() => paying.count('a') === 1);
    const b = checkOut(shop.port, 'a');
    await until(() => waiting('a') === 1);
    const c = checkOut(shop.port, 'a');
    await until(() => waiting('a') === 2);
    b.hangUp();
    await until(() => waiting('a') === 1);
    expect(outcomes().aborted).toBe(before + 1);
    paying.accept('a');
    await until(() => paying.count('a') === 2);
    paying.accept('a');
    expect((await Promise.all([a.answer, c.answer])).map(({ status }) => status)).toEqual([200, 200]);
    expect(paying.asked).toEqual(['a', 'a']);
  });

  test('who hangs up while paying keeps the lock until that is done', async () => {
    await start();
    const a = checkOut(shop.port, 'a');
    await until(() => paying.count('a') === 1);
    const b = checkOut(shop.port, 'a');
    await until(() => waiting('a') === 1);
    a.hangUp();
    await expect(a.answer).rejects.toThrow();
    await turn();
    expect(waiting('a')).toBe(1);
    paying.accept('a');
    await until(() => paying.count('a') === 2);
    paying.accept('a');
    expect((await b.answer).status).toBe(200);
    expect(paying.most).toBe(1);
  });

  test('an error of the application is an error of the application, and the next one has its turn', async () => {
    await start();
    const a = checkOut(shop.port, 'a');
    await until(() => paying.count('a') === 1);
    const b = checkOut(shop.port, 'a');
    await until(() => waiting('a') === 1);
    paying.refuse('a');
    expect((await a.answer).status).toBe(500);
    await until(() => paying.count('a') === 2);
    paying.accept('a');
    expect((await b.answer).status).toBe(200);
  });
});
