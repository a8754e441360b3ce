/**
 * Those who listen to a driver. Invariant: a listener that throws breaks neither the driver nor the other listeners; it is told
 * as a warning of the process, once.
 */
import type { DriverEvent } from './driver.js';

type Listener = (event: DriverEvent) => void;

export class Listeners {
  /** Whether anybody listens: what nobody hears need not be measured. */
  any = false;
  private readonly listeners = new Set<{ readonly call: Listener }>();
  private warned = false;

  add(call: Listener): () => void {
    // The same function may be added twice.
    const entry = { call };
    this.listeners.add(entry);
    this.any = true;
    return () => {
      this.listeners.delete(entry);
      this.any = this.listeners.size > 0;
    };
  }

  tell(event: DriverEvent): void {
    for (const { call } of this.listeners) {
      try {
        call(event);
      } catch (error) {
        this.warn(error);
      }
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
