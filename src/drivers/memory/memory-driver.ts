/**
 * A driver whose engine is this process: for tests that play several processes, and to read what a driver is.
 *
 * Invariant: drivers of one engine share its locks, and the end of one gives back what it held and nothing else.
 */
import type { DriverAttempt, DriverCaps, DriverEvent, DriverHealth, DriverState, LockDriver } from '../driver.js';
import { DriverListeners } from '../driver-listeners.js';
import { MemoryAttempt } from './memory-attempt.js';
import { MemoryEngine } from './memory-engine.js';

/**
 * A driver that keeps locks in this process.
 *
 * @example
 * const here = memoryDriver();
 * const there = here.replica();
 */
export interface MemoryDriver extends LockDriver {
  /**
   * Another driver on the same locks, as another process would have. Closing one leaves the others as they are.
   *
   * @example
   * const replicas = [driver.replica(), driver.replica()].map((each) => new LockManager({ driver: each }));
   */
  replica(): MemoryDriver;
  /**
   * Takes a lock from whoever holds it, as an engine does that has forgotten, so that a test can see what code does when its lock
   * is lost. Nothing happens if nobody holds it.
   *
   * @param resource The lock's name, and its key if it has one after a colon: `inventory:sku-7`.
   * @example
   * driver.takeAway('inventory');
   * expect(hold.signal.aborted).toBe(true);
   */
  takeAway(resource: string): void;
}

/**
 * Makes a driver that keeps locks in this process: in turn by arrival, without leases, forgotten when nobody uses them.
 * Lock managers that are given the same driver, or replicas of it, share their locks.
 *
 * @example
 * const locks = new LockManager({ driver: memoryDriver() });
 */
export function memoryDriver(): MemoryDriver {
  return new EngineDriver(new MemoryEngine());
}

class EngineDriver implements MemoryDriver {
  readonly kind = 'memory';
  readonly caps: DriverCaps = {
    ordering: 'global-fifo',
    fencing: 'local',
    holdBound: 'process',
    sharedInspect: true,
  };
  private readonly listeners = new DriverListeners();
  private state: DriverHealth = { state: 'ready', since: Date.now() };

  constructor(private readonly engine: MemoryEngine) {}

  acquire(resource: string, attempt: DriverAttempt): MemoryAttempt {
    const pending = new MemoryAttempt(this.engine, this, resource, attempt);
    if (this.state.state === 'closed') pending.refuse({ refused: 'closed' });
    else this.engine.join(pending);
    return pending;
  }

  async inspect(resource: string): Promise<DriverState> {
    return this.engine.inspect(resource);
  }

  health(): DriverHealth {
    return this.state;
  }

  on(listener: (event: DriverEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  async close(): Promise<void> {
    if (this.state.state === 'closed') return;
    this.state = { state: 'closed', since: Date.now() };
    this.engine.dismiss(this);
    this.listeners.tell({ type: 'health', health: this.state });
  }

  replica(): MemoryDriver {
    return new EngineDriver(this.engine);
  }

  takeAway(resource: string): void {
    this.engine.takeAway(resource);
  }
}
