/**
 * What a case plays on: drivers of one engine, attempts through them, and the rules that hold at every moment of every case.
 *
 * Invariant: whatever a case looks at, it fails if two attempts hold one resource at once, if a token is not larger than those
 * before it, if an attempt is told what it must not be told, or if anything is left when all have gone.
 */
import { deepEqual, equal, fail } from 'node:assert/strict';
import type { DriverGrant, DriverState, HolderInfo, LockDriver } from '../driver.js';
import { Asked, type Asking, type Watcher } from './asked.js';
import type { DriverHarness } from './harness.js';
import { Patience } from './patience.js';

const PATIENCE = 5_000;
let scenes = 0;

export class Scene implements Watcher {
  readonly patience: Patience;
  /** For what may come a lease later: a loss that the engine does not tell by itself. */
  readonly lossPatience: Patience;
  private readonly mark = `${(++scenes).toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  private readonly drivers: LockDriver[] = [];
  private readonly attempts: Asked[] = [];
  private readonly tokens = new Map<string, bigint>();
  private readonly complaints: string[] = [];

  constructor(readonly harness: DriverHarness) {
    this.patience = new Patience(harness.patience ?? PATIENCE);
    this.lossPatience = new Patience(this.patience.limit + (harness.lease ?? 0));
  }

  /** A driver of its own. */
  async open(): Promise<LockDriver> {
    const driver = await this.harness.open();
    this.drivers.push(driver);
    return driver;
  }

  /** So many drivers. */
  async openAll(count: number): Promise<LockDriver[]> {
    const drivers: LockDriver[] = [];
    for (let i = 0; i < count; i++) drivers.push(await this.open());
    return drivers;
  }

  /** A resource that no other case uses. */
  resource(name = 'resource'): string {
    return `${name} ${this.mark}`;
  }

  ask(driver: LockDriver, resource: string, name: string, asking?: Asking): Asked {
    const asked = new Asked(driver, resource, name, this, asking);
    this.attempts.push(asked);
    return asked;
  }

  /** Asks and gets it. */
  async hold(driver: LockDriver, resource: string, name = 'the holder', asking?: Asking): Promise<Asked> {
    const asked = this.ask(driver, resource, name, asking);
    await asked.granted();
    return asked;
  }

  /** Asks and stands in the queue. */
  async line(driver: LockDriver, resource: string, name: string, asking?: Asking): Promise<Asked> {
    const asked = this.ask(driver, resource, name, asking);
    await asked.standing();
    return asked;
  }

  /** Nothing is left: somebody who does not wait gets the resource. */
  async free(driver: LockDriver, resource: string, why: string): Promise<void> {
    await this.patience.until(
      async () => {
        const asked = this.ask(driver, resource, 'a newcomer', { wait: false });
        await asked.answer();
        return asked.grant === undefined ? undefined : asked.release();
      },
      () => `${why}: the resource was not free`,
    );
  }

  /** What the engine says of the resource, once it is as `expected`, or as the last look showed it. */
  async settled(driver: LockDriver, resource: string, right: (state: DriverState) => boolean, expected: string) {
    let last: DriverState | undefined;
    return this.patience.until(
      async () => {
        last = await this.patience.for(driver.inspect(resource), 'inspect() had no answer');
        return right(last) ? last : undefined;
      },
      () => `inspect() did not show ${expected}, but ${shown(last)}`,
    );
  }

  complain(complaint: string): void {
    this.complaints.push(complaint);
  }

  entered(asked: Asked, grant: DriverGrant): void {
    const { resource, name } = asked;
    for (const other of this.attempts) {
      if (other !== asked && other.resource === resource && other.holds) {
        this.complain(`${name} was granted what ${other.name} holds`);
      }
    }
    const before = this.tokens.get(resource);
    if (before !== undefined && grant.fencingToken <= before) {
      this.complain(`${name} has the token ${grant.fencingToken}, after ${before}`);
    }
    this.tokens.set(resource, grant.fencingToken);
  }

  /** What went wrong, and the rules that were broken before: they may be why. */
  explain(error: unknown): unknown {
    const known = error instanceof Error && this.complaints.length > 0;
    if (known) error.message += ` (before that: ${this.complaints.join('; ')})`;
    return error;
  }

  /** Everybody goes, and nothing may be left of them. */
  async leave(): Promise<void> {
    this.obeyed();
    for (const asked of this.attempts) if (asked.waits) asked.cancel();
    await Promise.all(this.attempts.filter((asked) => asked.holds).map((asked) => asked.release()));
    await this.nothingLeft('after everybody released or cancelled');
    await this.close();
    await this.nothingLeft('after the drivers were closed');
    this.obeyed();
  }

  /** Closes the drivers. May be called again. */
  async close(): Promise<void> {
    await Promise.all(
      this.drivers.map((driver) => this.patience.for(driver.close(), 'close() of a driver did not end')),
    );
  }

  private obeyed(): void {
    const broken = this.complaints.splice(0).join('; ');
    equal(broken, '', broken);
  }

  private async nothingLeft(when: string): Promise<void> {
    let left: number | undefined;
    const { harness } = this;
    if (harness.leftovers === undefined) return;
    await this.patience.until(
      async () => {
        left = await harness.leftovers!();
        return left === 0 ? true : undefined;
      },
      () => `${left} things were left behind ${when}`,
    );
  }
}

/** A state in a line. */
function shown(state: DriverState | undefined): string {
  if (state === undefined) return 'nothing';
  const holder = state.holder === undefined ? 'nobody' : `${state.holder.label} (token ${state.holder.fencingToken})`;
  const next = state.next.map((waiter) => waiter.label).join(', ');
  return `${state.locked ? 'locked' : 'free'}, held by ${holder}, ${state.queueDepth} waiting: ${next || 'nobody'}`;
}

/** What is shown of the holder is what its attempt said, and its token. */
export function assertHolder(holder: DriverState['holder'], expected: Asked): void {
  if (holder === undefined) fail('the holder is not told');
  const { fencingToken, age } = holder;
  // What was not said, a driver may know: the host, the process.
  const said = Object.keys(expected.info) as (keyof HolderInfo)[];
  const shownInfo = Object.fromEntries(said.map((field) => [field, holder[field]]));
  deepEqual(shownInfo, { ...expected.info }, 'the holder is somebody else');
  equal(fencingToken, expected.grant!.fencingToken, "the holder's token is another");
  if (!(age >= 0)) fail(`the holder's age is ${age}`);
}
