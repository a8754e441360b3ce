/**
 * The manager of `LockModule.forTesting()`: nothing waits, and a test can read which locks were asked for.
 *
 * Invariants: every attempt is recorded, in the order of the attempts, whether it comes from `@WithLock`, `@InjectLock` or
 * the manager itself; and what a real manager refuses, such as a key of `undefined`, is refused here.
 */
import {
  type AcquireOptions,
  type Hold,
  type Lock,
  type LockKey,
  LockManager,
  type RunOptions,
  StatsRegistry,
  type WantedLock,
} from '../../src/index.js';
import { UnlockedLock } from './unlocked-lock.js';

/**
 * One attempt to get a lock.
 *
 * @example
 * const expected: LockCall = { name: 'inventory', key: 'sku-1', label: 'Inventory.reserve' };
 */
export interface LockCall {
  /** The lock's name. */
  readonly name: string;
  /** Its key, as it is kept: a number is its decimal string. */
  readonly key?: string;
  /** Who asked: for `@WithLock`, `Class.method` unless a label was given. */
  readonly label?: string;
}

/**
 * A `LockManager` whose locks let everybody in at once, and are recorded. {@link LockModule.forTesting} provides it; over the
 * locks of an application that imports `LockModule.forRoot()`, put one by hand.
 *
 * @example
 * const recorder = new LockRecorder();
 * await Test.createTestingModule({ imports: [AppModule] }).overrideProvider(LockManager).useValue(recorder).compile();
 * expect(recorder.calls).toEqual([{ name: 'inventory', key: 'sku-1', label: 'Inventory.reserve' }]);
 */
export class LockRecorder extends LockManager {
  private readonly recorded: LockCall[] = [];

  constructor() {
    super({ stats: new StatsRegistry(), deadlocks: 'off' });
    this.observe({
      wants: () => true,
      attempt: ({ lock: name, key, label }) => {
        const call = { name, ...(key !== undefined && { key }), ...(label !== undefined && { label }) };
        this.recorded.push(call);
        return undefined;
      },
    });
  }

  /** The attempts so far, the first one first. Of several locks at once, each is one, in the order they are taken in. */
  get calls(): readonly LockCall[] {
    return [...this.recorded];
  }

  /** Forgets the attempts so far. */
  clear(): void {
    this.recorded.length = 0;
  }

  override lock(name: string, ...key: [key?: LockKey]): Lock {
    return new UnlockedLock(() => this.fresh().lock(name, ...key));
  }

  override run<T>(name: string, fn: (hold: Hold) => T | PromiseLike<T>, options?: RunOptions): Promise<T> {
    return this.fresh().run(name, fn, options);
  }

  override runAll<T>(
    wanted: readonly WantedLock[],
    fn: (holds: readonly Hold[]) => T | PromiseLike<T>,
    options?: AcquireOptions,
  ): Promise<T> {
    return this.fresh().runAll(wanted, fn, options);
  }

  /** A manager all of whose locks are free, and whose attempts are recorded here. */
  private fresh(): LockManager {
    return new LockManager({ stats: this.stats, deadlocks: 'off' });
  }
}
