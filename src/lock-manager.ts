/**
 * LockManager: names and keys → locks. One lock per name and key in use, the same for everybody who asks.
 *
 * Invariant: while a lock is held or awaited, `lock(name, key)` gives that very lock; and a closed manager grants nothing
 * new.
 */
import { Detection } from './deadlock/detection.js';
import type { LockDriver } from './drivers/driver.js';
import { LockClosedError, type LockLostError } from './errors.js';
import { healthOf, type LockHealth } from './health.js';
import type { Hold } from './hold.js';
import { inspectLock, type LockInspection } from './inspection.js';
import type { Lock } from './lock.js';
import { type FamilySettings, LockFamily } from './lock-family.js';
import {
  type CloseOptions,
  checkCloseOptions,
  checkDriver,
  checkManagerOptions,
  checkUnused,
  givesMoreThanKey,
  type LockManagerOptions,
  type RunOptions,
} from './lock-manager-options.js';
import type { LockObserver } from './observer.js';
import { type AcquireOptions, checkAcquireOptions, checkBody, checkKey, checkName, type LockKey } from './options.js';
import { processWide } from './process-wide.js';
import { runAll, type WantedLock } from './run-all.js';
import { type WatchOptions, watchAll } from './slow-watch.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';
import { OVERFLOW_NAME, type StatsRegistry } from './stats-registry.js';

/**
 * Locks by name, and by key within a name.
 *
 * @example
 * const manager = new LockManager({ timeout: 5_000, maxQueue: 100 });
 * await manager.run('inventory', () => reserve(sku), { key: sku });
 */
export class LockManager {
  /** The numbers of its locks; by default those of the whole process. */
  readonly stats: StatsRegistry;
  /** Milliseconds an attempt waits at most when it does not say; `undefined` when as long as it takes. */
  readonly timeout: number | undefined;
  private readonly families = new Map<string, LockFamily>();
  private overflow: LockFamily | undefined;
  private readonly settings: FamilySettings;
  private drained: (() => void)[] = [];

  /** @throws TypeError, RangeError when an option is not what it should be. */
  constructor(options: LockManagerOptions = {}) {
    checkManagerOptions(options);
    const { timeout, maxQueue, stats, deadlocks, driver, storeTraceparent = false } = options;
    this.stats = stats ?? processWide.stats;
    this.timeout = timeout;
    const nesting = deadlocks === 'off' ? undefined : new Detection(this.stats, deadlocks === 'throw');
    const idle = (): void => this.settleClose();
    const lost = (error: LockLostError): void => this.stats.onLeaseLost.tell(error);
    this.settings = { timeout, maxQueue, nesting, driver: undefined, storeTraceparent, closed: false, idle, lost };
    if (driver !== undefined) this.use(driver);
  }

  /** Where its locks are; `undefined` for this process. */
  get driver(): LockDriver | undefined {
    return this.settings.driver;
  }

  /**
   * Moves the locks to a driver, before the first of them is used: for `locks`, which is made without options.
   *
   * @throws TypeError when it is no driver; Error when a lock was used already, here or at another driver.
   * @example
   * locks.use(redisDriver({ url: 'redis://127.0.0.1:6379' }));
   */
  use(driver: LockDriver): void {
    checkDriver(driver);
    const [first = this.overflow && OVERFLOW_NAME] = this.families.keys();
    checkUnused(this.driver, first);
    this.stats.count(driver);
    this.settings.driver = driver;
  }

  /**
   * The lock of this name, or of this key within it. A key's lock exists while somebody holds or awaits it; the object you
   * get may be kept, it always speaks for whichever lock the key has.
   *
   * @throws TypeError when `name` is empty or no string, or `key` is given and is not a string or a number.
   * @example
   * locks.lock('inventory', sku).locked();
   */
  lock(name: string, ...key: [key?: LockKey]): Lock {
    const checked = key.length === 0 ? undefined : checkKey(key[0]);
    return this.family(name).lock(name, checked);
  }

  /**
   * Runs `fn` under the lock of this name (and `options.key`), in the order of arrival.
   *
   * @throws What {@link Lock.run} throws.
   * @example
   * await locks.run('inventory', () => reserve(sku), { key: sku, timeout: 250 });
   */
  run<T>(name: string, fn: (hold: Hold) => T | PromiseLike<T>, options?: RunOptions): Promise<T> {
    try {
      checkBody(fn);
      if (options === undefined) return this.family(name).lock(name, undefined).run(fn);
      checkAcquireOptions(options);
      const key = 'key' in options ? checkKey(options.key) : undefined;
      return this.family(name)
        .lock(name, key)
        .run(fn, givesMoreThanKey(options) ? options : undefined);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Runs `fn` while holding all of these locks. They are taken in one order, by name and then by key, whatever order they are
   * named in here: two callers cannot wait for one another. If one cannot be had in time, those already taken are released
   * and `fn` does not run. `timeout` is for all of them together; `maxQueue` is each one's. A lock that is named twice is
   * taken once. `fn` gets the holds in the order of `wanted`. With no locks at all, `fn` runs at once.
   *
   * @throws What {@link Lock.run} throws for one of them; TypeError for a list that is not what it should be.
   * @example
   * await locks.runAll([['account', from], ['account', to]], () => transfer(from, to, amount), { timeout: 5_000 });
   */
  runAll<T>(
    wanted: readonly WantedLock[],
    fn: (holds: readonly Hold[]) => T | PromiseLike<T>,
    options: AcquireOptions = {},
  ): Promise<T> {
    try {
      checkBody(fn);
      checkAcquireOptions(options);
      const { timeout = this.timeout } = options;
      return runAll(wanted, fn, { ...options, timeout }, (name, key) => this.family(name).lock(name, key));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * What is held, by whom, for how long, and who waits: for every lock that shares this manager's numbers, which by default
   * is every lock of the process. Times in seconds, keys hashed.
   *
   * @example
   * app.get('/locks', (_request, response) => response.json(locks.snapshot()));
   */
  snapshot(): Snapshot {
    return takeSnapshot(this.stats);
  }

  /**
   * Who holds this lock, for how long, and who is next, in whichever process: for a lock at a driver the engine is asked.
   * `locked()` and `queueDepth` say what is so in this process. Times in milliseconds.
   *
   * @throws TypeError for a bad name or key; the driver's error when the engine cannot be asked.
   * @example
   * const { holder, queueDepth } = await locks.inspect('inventory', sku);
   * console.log(`${holder?.label} on ${holder?.host}, ${queueDepth} waiting`);
   */
  async inspect(name: string, ...key: [key?: LockKey]): Promise<LockInspection> {
    return inspectLock(this.lock(name, ...key), this.driver);
  }

  /**
   * How it stands with the engine that keeps the locks, without asking it. In this process it is always `ready`.
   *
   * @example
   * app.get('/healthz', (_request, response) => response.status(locks.health().state === 'ready' ? 200 : 503).end());
   */
  health(): LockHealth {
    return healthOf(this.driver);
  }

  /**
   * Lets `observer` follow attempts on every lock that shares this manager's numbers. Returns the function that stops it.
   *
   * @throws TypeError when `observer` has no `wants` or no `attempt`.
   * @example
   * const stop = locks.observe({ wants: () => true, attempt: ({ lock }) => ({ granted: () => log(lock) }) });
   */
  observe(observer: LockObserver): () => void {
    return this.stats.observers.join(observer);
  }

  /**
   * Calls you while a wait or a hold lasts too long, once per lock name and kind in 10 s, for the worst of its locks; and at
   * once when there is a deadlock, or a lease was lost; on every lock that shares this manager's numbers. Slowness is looked for every half of the shorter limit, 10 to 500 ms; the timer
   * keeps no process alive. What the functions throw is counted in `snapshot().observerErrors`. Returns the function that
   * stops it.
   *
   * @throws TypeError, RangeError when an option is not what it should be, or neither function is given.
   * @example
   * const stop = locks.watch({
   *   onSlowWait: ({ lock, waited, holderLabel, holderAge, queueDepth }) =>
   *     log.warn({ lock, waited, holderLabel, holderAge, queueDepth }, 'stuck behind a lock'),
   * });
   */
  watch(options: WatchOptions): () => void {
    return watchAll(this.stats, options);
  }

  /**
   * Takes no new attempts (they reject with `LockClosedError`) and resolves when the last hold has ended. Those that wait
   * still get their turn, or with `reject: true` fail at once. Its driver is closed then, too: a process that only its
   * connections keep alive ends. Stop what makes attempts first, such as the HTTP server.
   *
   * @throws TypeError for bad options, and then it stays open.
   * @example
   * server.close();
   * await locks.close();
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const reject = checkCloseOptions(options);
    this.settings.closed = true;
    if (reject) {
      for (const lock of this.inUse()) lock.rejectWaiters((situation) => new LockClosedError(situation));
    }
    await new Promise<void>((resolve) => {
      this.drained.push(resolve);
      this.settleClose();
    });
    await this.driver?.close();
  }

  private settleClose(): void {
    if (!this.inUse().next().done) return;
    for (const resolve of this.drained.splice(0)) resolve();
  }

  private *inUse(): IterableIterator<Lock> {
    for (const family of this.families.values()) yield* family.inUseNow();
    if (this.overflow !== undefined) yield* this.overflow.inUseNow();
  }

  private family(name: string): LockFamily {
    const known = this.families.get(name);
    if (known !== undefined) return known;
    checkName(name);
    const stats = this.stats.for(name, this.driver?.kind);
    if (stats.name !== name) {
      this.overflow ??= new LockFamily(this.settings, stats);
      return this.overflow;
    }
    const family = new LockFamily(this.settings, stats);
    this.families.set(name, family);
    return family;
  }
}
