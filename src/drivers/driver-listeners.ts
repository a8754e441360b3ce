/**
 * Those who listen to a driver. Invariant: what one of them throws, or rejects with, is told as a warning of the process, once for
 * each driver.
 */
import { Listeners } from '../listeners.js';
import type { DriverEvent } from './driver.js';

export class DriverListeners extends Listeners<DriverEvent> {
  constructor() {
    super(new WarnOnce());
  }
}

class WarnOnce {
  private warned = false;

  guard(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch((error: unknown) => this.warn(error));
    } catch (error) {
      this.warn(error);
    }
  }

  private warn(error: unknown): void {
    if (this.warned) return;
    this.warned = true;
    const detail = error instanceof Error ? error.stack : undefined;
    const what = 'A listener of a lock driver threw and was ignored (said once)';
    process.emitWarning(what, { type: 'LockmeterWarning', code: 'LOCKMETER_DRIVER_LISTENER', detail });
  }
}
