/**
 * The time before the first connection. Whoever asks meanwhile waits, `connectTimeout` at most, and is then told where the
 * server was looked for and what went wrong; later a lost connection fails nobody.
 *
 * Invariant: everybody who waits is let in, in the order of coming, or refused, when the time has passed or the driver is closed.
 */
import { type Agenda, type Due, NOWHERE } from '../agenda.js';
import type { DriverClock } from '../driver-clock.js';

interface Visitor extends Due {
  enter(): void;
  refuse(error: Error): void;
}

export class Opening {
  /** Whether there ever was a connection. */
  done = false;
  private failure: Error | undefined;
  private readonly waiting = new Set<Visitor>();

  /** @param refusal Why somebody who waits is to be refused: because it is late now, or because waiting will not help. */
  constructor(
    private readonly agenda: Agenda,
    private readonly clock: DriverClock,
    private readonly timeout: number,
    private readonly refusal: (late: boolean) => Error | undefined,
  ) {}

  /** Calls one of the two, perhaps at once. */
  enter(enter: () => void, refuse: (error: Error) => void): void {
    const error = this.failure ?? (this.done ? undefined : this.refusal(false));
    if (error !== undefined) return void refuse(error);
    if (this.done) return void enter();
    const due = (): void => {
      this.waiting.delete(visitor);
      refuse(this.refusal(true)!);
    };
    const visitor: Visitor = { at: 0, place: NOWHERE, due, enter, refuse };
    this.waiting.add(visitor);
    this.agenda.set(visitor, this.clock.monotonic() + this.timeout);
  }

  /** There is a connection. */
  open(): void {
    this.done = true;
    this.empty((visitor) => visitor.enter());
  }

  /** Something went wrong: will waiting help? */
  look(): void {
    const error = this.done ? undefined : this.refusal(false);
    if (error !== undefined) this.empty((visitor) => visitor.refuse(error));
  }

  /** There will be none. */
  fail(error: Error): void {
    this.failure = error;
    this.empty((visitor) => visitor.refuse(error));
  }

  private empty(settle: (visitor: Visitor) => void): void {
    for (const visitor of this.waiting) {
      this.agenda.remove(visitor);
      this.waiting.delete(visitor);
      settle(visitor);
    }
  }
}
