/**
 * How it stands with an engine, as far as its driver has noticed:
 *
 *     connecting ──> ready <──> degraded
 *          └───────────┴──────────┴──────> closed
 *
 * Invariants: `since` is when the state began; listeners hear of every change, and of nothing else; `ready` has no error.
 */
import type { DriverHealth } from './driver.js';
import type { DriverClock } from './driver-clock.js';
import type { DriverListeners } from './driver-listeners.js';

export class EngineHealth {
  /** For people: `127.0.0.1:6379`. */
  address: string | undefined;
  private state: DriverHealth['state'] = 'connecting';
  private since: number;
  private error: Error | undefined;

  constructor(
    private readonly clock: DriverClock,
    private readonly listeners: DriverListeners,
  ) {
    this.since = clock.wall();
  }

  get ready(): boolean {
    return this.state === 'ready';
  }

  /** What went wrong last. */
  get lastError(): Error | undefined {
    return this.error;
  }

  current(): DriverHealth {
    const { state, since, address, error } = this;
    return { state, since, address, error };
  }

  becomeReady(): void {
    this.error = undefined;
    this.become('ready');
  }

  /** Something is wrong. Before the engine was ever reached that changes no state: it is still being connected to. */
  becomeDegraded(error: Error): void {
    if (this.state === 'closed') return;
    this.error = error;
    if (this.state === 'ready') this.become('degraded');
  }

  close(): void {
    this.become('closed');
  }

  private become(state: DriverHealth['state']): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    this.since = this.clock.wall();
    this.listeners.tell({ type: 'health', health: this.current() });
  }
}
