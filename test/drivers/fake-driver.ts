/**
 * A driver whose answers a test gives, one by one: what a lock does with them, in whichever order they come, needs no engine.
 *
 * Invariant: nothing is answered that the test did not answer. What the contract asks of a driver for its own part it keeps:
 * a hold is told of its loss once, before it is seen to be invalid, and never after its release.
 */
import type {
  DriverAttempt,
  DriverCaps,
  DriverEvent,
  DriverGrant,
  DriverHealth,
  DriverRefusal,
  DriverState,
  HolderInfo,
  HolderState,
  LeaseLoss,
  LockDriver,
  PendingGrant,
  QueuePlace,
  ReleaseResult,
} from '../../src/drivers/driver.js';

/** What a test may say of a grant. */
export interface FakeGrantOptions {
  /** Default: one more than that of the grant before it, whichever attempt's that was. */
  readonly token?: bigint;
  /** On the clock of `performance.now()`. Default: `Infinity`. */
  readonly deadline?: number;
  /** What `release()` gives. Default: `released`, at once. */
  readonly released?: Promise<ReleaseResult>;
  /** Whether it holds, still, when it arrives. Default: `true`. */
  readonly valid?: boolean;
}

/** A grant that a test gave. */
export class FakeGrant implements DriverGrant {
  /** Whether it holds still. A test that makes it `false` without `lose()` lets the lock find out. */
  valid = true;
  /** How often it was released. */
  releases = 0;
  /** What others are to be shown, in the order in which that was said. */
  readonly described: HolderInfo[] = [];
  private told = false;

  constructor(
    private readonly attempt: DriverAttempt,
    readonly fencingToken: bigint,
    readonly deadline: number,
    private readonly released: Promise<ReleaseResult>,
  ) {}

  isValid(): boolean {
    if (!this.valid) this.lose();
    return this.valid;
  }

  describe(info: HolderInfo): void {
    this.described.push(info);
  }

  release(): Promise<ReleaseResult> {
    this.releases++;
    return this.released;
  }

  /** A renewal went well, or did not. */
  renew(result: 'ok' | 'error' = 'ok'): void {
    this.attempt.renewed?.(result);
  }

  lose(loss: LeaseLoss = { cause: 'lease-deadline' }): void {
    this.valid = false;
    if (this.told || this.releases > 0) return;
    this.told = true;
    this.attempt.lost?.(loss);
  }
}

/** An attempt that waits for what a test answers. */
export class FakeAttempt implements PendingGrant {
  cancelled = false;

  constructor(
    private readonly driver: FakeDriver,
    readonly resource: string,
    readonly attempt: DriverAttempt,
  ) {}

  cancel(): void {
    this.cancelled = true;
  }

  /** Lets it stand in the queue. */
  queue(place: Partial<QueuePlace> = {}): void {
    this.attempt.queued?.({ ahead: 0, holder: undefined, ...place });
  }

  /** Lets it hold. */
  grant({ token = ++this.driver.lastToken, deadline = Infinity, released, valid }: FakeGrantOptions = {}): FakeGrant {
    this.driver.lastToken = token;
    const grant = new FakeGrant(this.attempt, token, deadline, released ?? Promise.resolve('released'));
    grant.valid = valid ?? true;
    this.attempt.granted(grant);
    return grant;
  }

  refuse(refused: DriverRefusal['refused'], place?: QueuePlace): void {
    this.attempt.refused({ refused, place });
  }

  fail(error: Error): void {
    this.attempt.failed(error);
  }
}

/**
 * The driver of a test.
 *
 * @example
 * const driver = new FakeDriver();
 * const running = new LockManager({ driver }).run('inventory', body);
 * driver.asked[0].grant({ token: 7n });
 */
export class FakeDriver implements LockDriver {
  readonly caps: DriverCaps = { ordering: 'global-fifo', fencing: 'strict', holdBound: 'lease', sharedInspect: true };
  /** Every attempt so far, in the order of asking. */
  readonly asked: FakeAttempt[] = [];
  /** What `inspect()` gives. */
  state: DriverState = { locked: false, queueDepth: 0, holder: undefined, next: [] };
  /** What `health()` gives. */
  healthNow: DriverHealth = { state: 'ready', since: 0 };
  /** How often it was closed. */
  closes = 0;
  lastToken = 0n;
  private readonly listeners = new Set<(event: DriverEvent) => void>();

  constructor(readonly kind = 'fake') {}

  /** The attempt that was made last. */
  get latest(): FakeAttempt {
    const latest = this.asked.at(-1);
    if (latest === undefined) throw new Error('nobody has asked');
    return latest;
  }

  acquire(resource: string, attempt: DriverAttempt): PendingGrant {
    const asked = new FakeAttempt(this, resource, attempt);
    this.asked.push(asked);
    return asked;
  }

  inspect(): Promise<DriverState> {
    return Promise.resolve(this.state);
  }

  health(): DriverHealth {
    return this.healthNow;
  }

  on(listener: (event: DriverEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Says that something happened beside the attempts. */
  tell(event: DriverEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  close(): Promise<void> {
    this.closes++;
    return Promise.resolve();
  }
}

/** Somebody in another process who holds. */
export function heldElsewhere(more: Partial<HolderState> = {}): HolderState {
  return { id: 'other-1', fencingToken: 1n, age: 0, host: 'api-2', pid: 4242, label: 'POST /checkout', ...more };
}
