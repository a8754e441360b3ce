/**
 * The driver of the toy engine; wrong where the engine is to be.
 */
import type { DriverAttempt, DriverEvent, DriverHealth, DriverState, LockDriver } from 'lockmeter';
import { ToyAttempt } from './toy-attempt.js';
import type { ToyEngine } from './toy-engine.js';

export class ToyDriver implements LockDriver {
  readonly kind = 'toy';
  readonly caps;
  tokens = 0;
  closed = false;
  private used = false;
  private ending = false;
  private readonly alarm: NodeJS.Timeout | undefined;
  private readonly since = Date.now();
  private readonly attempts = new Set<ToyAttempt>();
  private readonly listeners = new Map<object, (event: DriverEvent) => void>();

  constructor(readonly engine: ToyEngine) {
    const ordering = engine.apart ? 'process-fifo' : 'global-fifo';
    const holdBound = engine.lease === undefined ? 'session' : 'lease';
    this.caps = { ordering, fencing: 'strict', holdBound, sharedInspect: !engine.apart } as const;
    if (engine.has('a timer keeps the process alive')) this.alarm = setInterval(() => {}, 1e3);
  }

  /** Sends something to the engine, which has it a turn of the event loop later. */
  wire(send: () => void, cancel = false): void {
    const { flights } = this.engine;
    const flight = { cancel, send };
    flights.add(flight);
    setImmediate(() => {
      if (flights.delete(flight)) send();
    });
  }

  request(operation: 'acquire' | 'release', send: () => void): Promise<void> {
    const start = performance.now();
    return new Promise((resolve) => {
      this.wire(() => {
        send();
        const event = { type: 'trip', operation, result: 'ok', duration: performance.now() - start } as const;
        if (!this.engine.has('requests are not told')) this.tell(event);
        resolve();
      });
    });
  }

  acquire(resource: string, asked: DriverAttempt): ToyAttempt {
    const { engine } = this;
    const attempt = new ToyAttempt(this, resource, asked);
    if (engine.has('the process is warned')) process.emitWarning('a toy');
    if (this.closed && !engine.has('attempts are granted after close()')) {
      if (!engine.has('attempts after close() are not answered')) attempt.settle({ refused: 'closed' });
      return attempt;
    }
    this.used = true;
    if (engine.telling > 0 && engine.has('who asks as it is told is forgotten')) return attempt;
    this.attempts.add(attempt);
    void this.request('acquire', () => {
      const late = this.closed && !engine.has('an attempt in the tick of close() is granted');
      if (late && !engine.has('attempts are granted after close()')) attempt.settle({ refused: 'closed' });
      else if (attempt.state === 'asked') engine.join(attempt);
    });
    return attempt;
  }

  inspect(resource: string): Promise<DriverState> {
    return new Promise((resolve) => this.wire(() => resolve(this.engine.inspect(resource, this))));
  }

  health(): DriverHealth {
    const closed = this.closed && !this.engine.has('it is always ready');
    return { state: closed ? 'closed' : 'ready', since: this.since, address: 'toy:1' };
  }

  on(listener: (event: DriverEvent) => void): () => void {
    const key = {};
    this.listeners.set(key, listener);
    return () => {
      if (!this.engine.has('who stopped listening is told')) this.listeners.delete(key);
    };
  }

  async close(): Promise<void> {
    const { engine } = this;
    if (engine.has('close() waits for the first use') && !this.used) return new Promise(() => {});
    if (this.ending) {
      if (engine.has('a second close() rejects')) throw new Error('closed already');
      if (engine.has('a second close() does not end')) return new Promise(() => {});
      return;
    }
    this.ending = true;
    this.closed = true;
    clearInterval(this.alarm);
    for (const row of engine.rows.values()) {
      const mine = row.waiters.filter(({ driver }) => driver === this || engine.has('close() ends everybody'));
      if (engine.has('close() leaves waiters waiting')) break;
      row.waiters = row.waiters.filter((waiter) => !mine.includes(waiter));
      for (const waiter of mine) waiter.settle({ refused: 'closed' });
    }
    for (const attempt of this.attempts) {
      if (engine.has('close() leaves holds held')) break;
      if (engine.has('a release is told as a loss when the driver closes')) attempt.asked.lost?.({ cause: 'closed' });
      const loses = attempt.state === 'asked' && engine.has('an attempt in the tick of close() is told of a loss');
      if (loses) attempt.asked.lost?.({ cause: 'closed' });
      attempt.lose('closed');
      engine.pass(attempt.resource, attempt);
    }
    const health = this.health();
    if (engine.has('its end is not told')) return;
    this.tell({ type: 'health', health });
    if (engine.has('its end is told twice')) this.tell({ type: 'health', health });
  }

  private tell(event: DriverEvent): void {
    for (const listener of this.listeners.values()) listener(event);
  }
}
