/**
 * Plays a random schedule on locks at a driver whose answers are drawn too: grants in turn and out of it, stale ones, refusals,
 * losses told and untold, at any tick; and callers who give up, end, and end what they lost.
 *
 * Invariant: what is expected is found from what callers were given (a body that began, an error) and from the driver's
 * grants, never from the locks. Imports the package for its types only: the clock has to be replaced before it is loaded.
 */
import type { Hold, LockManager, Outcome } from 'lockmeter';
import { clock } from '../support/controlled-clock.js';
import { type Deferred, deferred } from '../support/deferred.js';
import { passTime } from '../support/pass-time.js';
import { ticks, turn } from '../support/ticks.js';
import type { FakeAttempt, FakeDriver, FakeGrant } from './fake-driver.js';

export type Way = 'run' | 'hold' | 'acquire';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  ERR_LOCK_CLOSED: 'rejected',
  ERR_LOCK_QUEUE_FULL: 'rejected',
  ERR_LOCK_ENGINE: 'error',
  // It had the lock when it lost it.
  ERR_LOCK_LOST: 'acquired',
};

/** Milliseconds. */
const STEP = 5;

/** One call of `run()`, `hold()` or `acquire()`. */
interface Call {
  readonly key: string;
  readonly way: Way;
  readonly control: AbortController;
  readonly body: Deferred<void>;
  outcome: Outcome | undefined;
  hold: Hold | undefined;
  /** Whether it is to end what it holds. */
  inside: boolean;
}

export class RandomSchedule {
  readonly outcomes: Partial<Record<Outcome, number>> = {};
  readonly problems: string[] = [];
  heldArea = 0;
  queuedArea = 0;
  closing: Promise<void> | undefined;
  private readonly calls: Call[] = [];
  private readonly ended: Promise<unknown>[] = [];
  private readonly answered = new Set<FakeAttempt>();
  private readonly grants = new Map<string, FakeGrant[]>();

  constructor(
    readonly driver: FakeDriver,
    readonly manager: LockManager,
  ) {}

  /** Those who wait. */
  get waiting(): readonly Call[] {
    return this.calls.filter(({ outcome }) => outcome === undefined);
  }

  ask(key: string, way: Way, timeout: number | undefined, maxQueue: number | undefined): void {
    const control = new AbortController();
    const call: Call = { key, way, control, body: deferred(), outcome: undefined, hold: undefined, inside: false };
    this.calls.push(call);
    const options = { timeout, maxQueue, signal: control.signal };
    const lock = this.manager.lock('model', key);
    const called =
      way === 'run'
        ? lock.run((hold) => this.begin(call, hold), options)
        : way === 'hold'
          ? lock.hold(options).then((hold) => void this.begin(call, hold))
          : lock.acquire(options).then(() => void this.begin(call, undefined));
    this.ended.push(
      called.catch((error: unknown) => {
        if (call.outcome === undefined) this.settle(call, this.outcomeOf(error, call, timeout));
      }),
    );
  }

  /** The engine answers the next in turn, or, `late`, one that gave up; after that, in `after` ticks, comes `then`. */
  async grant(key: string, late: boolean, stale: boolean, after: number, then: 'nothing' | 'abort' | 'lose' | 'spoil') {
    const asked = this.open(key).find(({ cancelled }) => cancelled === late);
    if (asked === undefined) return;
    this.answered.add(asked);
    const grant = asked.grant();
    grant.valid = !stale;
    this.of(key).push(grant);
    await ticks(after);
    if (then === 'abort') for (const { control } of this.waiting) control.abort(new Error('gave up'));
    if (then === 'lose') grant.lose({ cause: 'session' });
    if (then === 'spoil') grant.valid = false;
  }

  refuse(key: string, how: 'busy' | 'full' | 'closed' | 'error'): void {
    const asked = this.open(key).find(({ attempt }) => {
      return how === 'busy' ? !attempt.wait : how === 'full' ? attempt.maxQueue !== undefined : true;
    });
    if (asked === undefined) return;
    this.answered.add(asked);
    if (how === 'error') asked.fail(new Error('the engine fails'));
    else asked.refuse(how, { ahead: 2, holder: undefined });
  }

  queue(key: string): void {
    for (const asked of this.open(key)) if (!asked.cancelled) asked.queue({ ahead: 1 });
  }

  /** The holder loses it: it is told, or the next that looks finds out. */
  lose(key: string, told: boolean): void {
    const grant = this.of(key).findLast(({ valid, releases }) => valid && releases === 0);
    if (told) grant?.lose();
    else if (grant !== undefined) grant.valid = false;
  }

  abort(which: number): void {
    const { waiting } = this;
    waiting[which % waiting.length]?.control.abort(new Error('gave up'));
  }

  /** One that is inside ends, in its way. */
  end(which: number, how: 'value' | 'error' | 'early'): void {
    const inside = this.calls.filter((call) => call.inside);
    const call = inside[which % inside.length];
    if (call === undefined) return;
    if (how === 'early') void call.hold?.release();
    else this.leave(call, how);
  }

  /** One step of the clock, at whose end timers fire. */
  pass(): void {
    const { held, queueDepth } = this.live();
    this.heldArea += held * STEP;
    this.queuedArea += queueDepth * STEP;
    passTime(STEP);
  }

  close(reject: boolean): void {
    this.closing ??= this.manager.close({ reject });
  }

  live() {
    const [numbers] = this.manager.stats.all();
    return numbers?.live(clock.time) ?? { held: 0, queueDepth: 0, heldTime: 0, queuedTime: 0 };
  }

  /** Everybody ends, and everybody who waits is answered. */
  async rest(): Promise<void> {
    this.close(false);
    for (let rounds = 0; rounds < 1_000 && this.calls.some(({ outcome, inside }) => !outcome || inside); rounds++) {
      for (const call of this.calls.filter(({ inside }) => inside)) this.leave(call, 'value');
      await turn();
      for (const key of new Set(this.waiting.map(({ key }) => key))) await this.grant(key, false, false, 0, 'nothing');
      await turn();
    }
    await Promise.all([...this.ended, this.closing]);
  }

  /** Grants that nobody gave back, and that were not lost either. */
  get leaked(): number {
    return Array.from(this.grants.values())
      .flat()
      .filter(({ valid, releases }) => valid && releases === 0).length;
  }

  private begin(call: Call, hold: Hold | undefined): Promise<void> {
    this.settle(call, 'acquired');
    call.hold = hold;
    call.inside = true;
    const valid = this.of(call.key).filter((grant) => grant.valid && grant.releases === 0).length;
    if (valid > 1) this.problems.push('it began beside another');
    // The others resume later than they are told, and their hold may be over by then.
    if (call.way !== 'run') return call.body.promise;
    if (call.control.signal.aborted) this.problems.push('it began though its caller gave up');
    if (valid === 0 || hold!.signal.aborted) this.problems.push('it began with a hold that is lost');
    return call.body.promise;
  }

  private leave(call: Call, how: 'value' | 'error'): void {
    call.inside = false;
    if (call.way === 'hold') void call.hold!.release();
    else if (call.way === 'acquire') this.manager.lock('model', call.key).release();
    else if (how === 'error') call.body.reject(new Error('the body fails'));
    call.body.resolve();
  }

  private open(key: string): FakeAttempt[] {
    return this.driver.asked.filter((asked) => asked.resource === `model:${key}` && !this.answered.has(asked));
  }

  private of(key: string): FakeGrant[] {
    let grants = this.grants.get(key);
    if (grants === undefined) {
      grants = [];
      this.grants.set(key, grants);
    }
    return grants;
  }

  private settle(call: Call, outcome: Outcome): void {
    call.outcome = outcome;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  private outcomeOf(error: unknown, { control }: Call, timeout: number | undefined): Outcome {
    if (error === control.signal.reason) return 'aborted';
    const { code } = error as { code: string };
    return code === 'ERR_LOCK_TIMEOUT' ? (timeout === 0 ? 'busy' : 'timeout') : OUTCOMES[code]!;
  }
}
