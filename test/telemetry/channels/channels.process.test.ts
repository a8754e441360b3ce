/**
 * Channels in processes of their own, with the built package: subscribers that throw, a subscriber
 * that was there first, and a watch that keeps nothing alive.
 */
import { reportOf } from '../../support/child.js';

const SETUP = `
  import { channel, subscribe, tracingChannel } from 'node:diagnostics_channel';
  const load = () => import('lockmeter');
  const say = (value) => console.log(JSON.stringify(value));
`;

const report = (script: string): Promise<unknown> => reportOf(SETUP + script);

test('a subscriber that throws breaks no lock; its error is uncaught, as the platform has it', async () => {
  const seen = await report(`
    const uncaught = new Map();
    process.on('uncaughtException', ({ message }) => uncaught.set(message, (uncaught.get(message) ?? 0) + 1));
    const throwing = (what) => () => { throw new Error(what); };
    for (const name of ['request.start', 'request.grant', 'request.miss', 'request.end', 'release', 'lock.created', 'slow-hold']) {
      subscribe('lockmeter:' + name, throwing(name));
    }
    for (const name of ['wait', 'hold']) {
      for (const event of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) {
        subscribe('tracing:lockmeter:' + name + ':' + event, throwing(name + ':' + event));
      }
    }
    const { AsyncLocalStorage } = await import('node:async_hooks');
    tracingChannel('lockmeter:hold').start.bindStore(new AsyncLocalStorage(), throwing('store'));
    const { locks } = await load();
    const order = [];
    const body = (who) => async () => { order.push(who); await null; return who; };
    const results = await Promise.all(['a', 'b', 'c'].map((who) => locks.run('inventory', body(who))));
    const failed = await locks.run('inventory', () => { throw new Error('body'); }).catch(({ message }) => message);
    const lock = locks.lock('inventory');
    const hold = await lock.hold();
    const busy = lock.tryAcquire();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await hold.release();
    const { observerErrors, locks: [{ held, outcomes }] } = locks.snapshot();
    say({ order, results, failed, busy, held, outcomes, observerErrors, uncaught: [...uncaught.keys()].sort() });
  `);
  expect(seen).toEqual({
    order: ['a', 'b', 'c'],
    results: ['a', 'b', 'c'],
    failed: 'body',
    busy: false,
    held: 0,
    outcomes: { acquired: 5, timeout: 0, aborted: 0, rejected: 0, busy: 1, error: 0 },
    observerErrors: 0,
    uncaught: [
      ...['hold:asyncEnd', 'hold:asyncStart', 'hold:end', 'hold:error', 'hold:start'],
      ...['lock.created', 'release', 'request.end', 'request.grant', 'request.miss', 'request.start', 'store'],
      ...['wait:asyncEnd', 'wait:asyncStart', 'wait:end', 'wait:start'],
    ],
  });
});

test('a subscriber that freezes the context breaks no lock, and no rejection is left unhandled', async () => {
  const seen = await report(`
    process.on('unhandledRejection', (reason) => say({ unhandled: String(reason) }));
    process.on('warning', () => {});
    process.removeAllListeners('warning');
    for (const name of ['wait', 'hold']) subscribe('tracing:lockmeter:' + name + ':start', Object.freeze);
    const { locks } = await load();
    const results = await Promise.all(['a', 'b'].map((who) => locks.run('inventory', async () => who)));
    const failed = await locks.run('inventory', () => { throw new Error('body'); }).catch(({ message }) => message);
    await new Promise((resolve) => setImmediate(resolve));
    say({ results, failed, held: locks.snapshot().locks[0].held, counted: locks.snapshot().observerErrors > 0 });
  `);
  expect(seen).toEqual({ results: ['a', 'b'], failed: 'body', held: 0, counted: true });
});

test('a subscriber that was there before the package is heard', async () => {
  const seen = await report(`
    const heard = [];
    const kept = channel('lockmeter:request.grant');
    kept.subscribe(({ name }) => heard.push(name));
    const { locks } = await load();
    await locks.run('inventory', () => 1);
    say(heard);
  `);
  expect(seen).toEqual(['inventory']);
});

test('a watch and subscribers of what is slow keep no process alive', async () => {
  const seen = await report(`
    setTimeout(() => process.exit(9), 60_000).unref();
    const { locks } = await load();
    locks.watch({ onSlowHold() {}, onSlowWait() {} });
    subscribe('lockmeter:slow-wait', () => {});
    await locks.lock('stuck').acquire();
    void locks.lock('stuck').acquire();
    say('done');
  `);
  expect(seen).toBe('done');
});
