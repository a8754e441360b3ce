/**
 * Leaving: a release, of a lock or of a place in the queue, that must reach the server sooner or later.
 *
 * Invariants: who leaves learns how the first try went, and waits for no other; the tries go on until the server has answered,
 * or until it would have forgotten by itself; and `rest()` is there when no try is under way.
 */
import { type Due, NOWHERE } from '../agenda.js';
import { quietly } from '../quiet.js';
import { asError, backOff, mayPass } from './failures.js';
import type { ReleaseReply } from './protocol.js';
import type { RedisEngine } from './redis-engine.js';

export class Farewells {
  private readonly unheard = new Set<Farewell>();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly engine: RedisEngine) {}

  /**
   * Sends the release.
   *
   * @param until On the monotonic clock: when it will be of no interest any more.
   * @param early Whether it may come before what it is to undo, whose connection is gone: then it comes once more, a little later.
   * @returns What the server said to the first try, `undefined` if it did not answer.
   */
  say(resource: string, id: string, until: number, early = false): Promise<ReleaseReply | undefined> {
    const first = this.first(new Farewell(this.engine, resource, id, until, early));
    this.underWay.add(first);
    void first.then(() => this.underWay.delete(first));
    return first;
  }

  /** Another try for all that were not heard: there is a connection again. */
  repeat(): void {
    for (const farewell of this.unheard) this.engine.agenda.set(farewell, 0);
  }

  forget(farewell: Farewell): void {
    this.unheard.delete(farewell);
  }

  /** Resolves when no first try is under way. */
  async rest(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async first(farewell: Farewell): Promise<ReleaseReply | undefined> {
    this.unheard.add(farewell);
    try {
      return await farewell.send();
    } catch (reason) {
      farewell.failed(asError(reason));
      return undefined;
    }
  }
}

/** How long (ms) a server may take to read what came by a connection that is gone. */
const LATE = 250;

/** A release that was not heard, or not yet. */
class Farewell implements Due {
  at = 0;
  place = NOWHERE;
  private failures = 0;

  constructor(
    private readonly engine: RedisEngine,
    private readonly resource: string,
    private readonly id: string,
    private readonly until: number,
    private early: boolean,
  ) {}

  /** One try. */
  async send(): Promise<ReleaseReply> {
    const { engine } = this;
    if (!engine.reachable) throw engine.unreachable();
    const { reply } = await engine.requests.release(this.resource, this.id);
    if (this.early && reply === 'lost' && !engine.closed) engine.agenda.set(this, engine.clock.monotonic() + LATE);
    else engine.farewells.forget(this);
    this.early = false;
    return reply;
  }

  due(): void {
    quietly(() => this.send()).catch((error: Error) => this.failed(error));
  }

  failed(error: Error): void {
    const { engine } = this;
    const at = engine.clock.monotonic() + backOff(++this.failures);
    if (mayPass(error) && at < this.until && !engine.closed) engine.agenda.set(this, at);
    else engine.farewells.forget(this);
  }
}
