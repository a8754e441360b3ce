/**
 * Whoever hears that a hold is lost may do anything, at once, also to the lock that is being lost: end it, ask for it, give up
 * waiting for it, close its manager.
 */
import { type Hold, LockClosedError, LockLostError } from 'lockmeter';
import { type Deferred, deferred } from '../support/deferred.js';
import { turn } from '../support/ticks.js';
import { type FakeGrant } from './fake-driver.js';
import { driver, manager, stats } from './fake-manager.js';

/** A hold that lasts until `body` is resolved, and does `heard` when it is lost. */
async function held(heard: (hold: Hold) => void): Promise<{ grant: FakeGrant; body: Deferred<void> }> {
  const body = deferred();
  void manager.run('inventory', (hold) => {
    hold.signal.addEventListener('abort', () => heard(hold));
    return body.promise;
  });
  const grant = driver.latest.grant();
  await turn();
  return { grant, body };
}

/** What becomes of a promise, whenever. */
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason);

test('it ends the hold that it lost, and asks for the lock anew', async () => {
  let again: Promise<string> | undefined;
  const { grant, body } = await held((hold) => {
    void hold.release();
    again = manager.run('inventory', () => 'again');
  });
  grant.lose();
  driver.latest.grant();
  expect(await again).toBe('again');
  body.resolve();
  await turn();
  expect(grant.releases).toBe(0);
  expect(stats()).toMatchObject({ held: 0, leaseLost: 1, outcomes: { acquired: 2 }, hold: { count: 2 } });
});

describe('while the grant of another attempt tells it', () => {
  test('it makes that attempt give up: the grant is given back, and the lock is free', async () => {
    const control = new AbortController();
    const { body } = await held(() => control.abort(new Error('enough')));
    let ran = false;
    const next = outcomeOf(
      manager.run(
        'inventory',
        () => {
          ran = true;
        },
        { signal: control.signal },
      ),
    );
    const grant = driver.latest.grant();
    expect(await next).toEqual(new Error('enough'));
    expect([ran, grant.releases, manager.lock('inventory').locked()]).toEqual([false, 1, false]);
    expect(stats()).toMatchObject({ held: 0, queueDepth: 0, outcomes: { acquired: 1, aborted: 1 } });
    body.resolve();
  });

  test('it closes the manager: that attempt is rejected, and the close is complete', async () => {
    let closed: Promise<void> | undefined;
    const { body } = await held(() => {
      closed = manager.close({ reject: true });
    });
    const next = outcomeOf(manager.run('inventory', () => 'ran'));
    const grant = driver.latest.grant();
    expect(await next).toBeInstanceOf(LockClosedError);
    await closed;
    expect([grant.releases, driver.closes]).toEqual([1, 1]);
    body.resolve();
  });

  test('it only listens: the next body begins', async () => {
    const { body } = await held(() => undefined);
    const next = manager.run('inventory', (hold) => hold.signal.aborted);
    driver.latest.grant();
    expect(await next).toBe(false);
    expect(stats()).toMatchObject({ held: 0, leaseLost: 1, outcomes: { acquired: 2 }, hold: { count: 2 } });
    body.resolve();
  });
});

test('whoever else is told finds the signal aborted', async () => {
  const { body } = await held(() => undefined);
  body.resolve();
  await turn();
  let hold: Hold | undefined;
  const seen: (boolean | undefined)[] = [];
  manager.observe({
    wants: () => true,
    attempt: () => ({
      granted: (granted) => {
        hold = granted;
        expect(granted.signal.aborted).toBe(false);
      },
      lost: () => void seen.push(hold?.signal.aborted),
    }),
  });
  const stop = manager.watch({ onLeaseLost: () => void seen.push(hold?.signal.aborted) });
  void manager.run('inventory', () => deferred().promise);
  const grant = driver.latest.grant();
  await turn();
  grant.lose();
  expect(seen).toEqual([true, true]);
  stop();
});

describe('lost before its caller has resumed', () => {
  test('run() rejects with the loss, and the body does not run', async () => {
    let ran = false;
    const running = outcomeOf(
      manager.run('inventory', () => {
        ran = true;
      }),
    );
    const grant = driver.latest.grant();
    grant.lose({ cause: 'closed' });
    expect(await running).toBeInstanceOf(LockLostError);
    expect([ran, grant.releases]).toEqual([false, 0]);
    expect(stats()).toMatchObject({ held: 0, outcomes: { acquired: 1 }, hold: { count: 1 } });
  });

  test('so does it when the clock has passed the deadline and nobody has said so', async () => {
    let ran = false;
    const running = outcomeOf(
      manager.run('inventory', () => {
        ran = true;
      }),
    );
    const grant = driver.latest.grant();
    grant.valid = false;
    expect([(await running) instanceof LockLostError, ran]).toEqual([true, false]);
  });

  test('acquire() rejects, and owes no release(): the next one ends the next hold', async () => {
    const lock = manager.lock('inventory');
    const control = new AbortController();
    const acquiring = outcomeOf(lock.acquire({ signal: control.signal }));
    const lost = driver.latest.grant();
    lost.lose();
    control.abort(new Error('late'));
    expect(await acquiring).toEqual(new Error('late'));
    const next = lock.acquire();
    const grant = driver.latest.grant();
    await next;
    lock.release();
    expect(grant.releases).toBe(1);
  });
});

describe('a release() that is owed for a key', () => {
  test('is remembered when nobody else uses the key meanwhile, and frees nobody else', async () => {
    const acquiring = manager.lock('inventory', 'a').acquire();
    const lost = driver.latest.grant();
    await acquiring;
    lost.lose();
    const next = manager.lock('inventory', 'a').acquire();
    const grant = driver.latest.grant();
    await next;
    manager.lock('inventory', 'a').release(); // of the first, who does not know
    expect(grant.releases).toBe(0);
    manager.lock('inventory', 'a').release();
    expect(grant.releases).toBe(1);
    expect(() => manager.lock('inventory', 'a').release()).toThrow('is not held');
  });

  test('is no hold: close() does not wait for it, and nothing is shown of it', async () => {
    const acquiring = manager.lock('inventory', 'a').acquire();
    const lost = driver.latest.grant();
    await acquiring;
    const closed = manager.close();
    lost.lose();
    await closed;
    expect(stats()).toMatchObject({ held: 0, queueDepth: 0, holders: [] });
    manager.lock('inventory', 'a').release();
    const { families } = manager as unknown as { families: Map<string, { used: Map<string, unknown> }> };
    expect(families.get('inventory')!.used.size).toBe(0);
  });
});
