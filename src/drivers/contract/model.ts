/**
 * One resource as it should be, beside the resource as it is: who holds, and who waits, in order.
 *
 * Invariant: after each step the engine is as the model says, and whoever the model does not name has been told nothing.
 */
import { equal, fail } from 'node:assert/strict';
import type { DriverState, LockDriver } from '../driver.js';
import type { Asked } from './asked.js';
import type { Random } from './random.js';
import type { Scene } from './scene.js';

/** An attempt, and the driver that it came through. */
interface Member {
  readonly driver: LockDriver;
  readonly asked: Asked;
}

export class Model {
  private holder: Member | undefined;
  private waiters: Member[] = [];
  /** The last who held. */
  private former: Member | undefined;
  private asked = 0;

  constructor(
    private readonly scene: Scene,
    private readonly drivers: readonly LockDriver[],
    private readonly resource: string,
    private readonly random: Random,
  ) {}

  /** Something happens, and what it should lead to is awaited. Gives what it was. */
  async step(): Promise<string> {
    const what = this.random.pick(STEPS);
    await this[what]();
    await this.agree();
    return what;
  }

  /** All have their turns. */
  async rest(): Promise<void> {
    while (this.holder !== undefined) await this.release();
    await this.agree();
  }

  private async ask(): Promise<void> {
    const member = this.newcomer({ wait: true });
    if (this.holder === undefined) {
      await member.asked.granted();
      this.holder = member;
    } else {
      await member.asked.standing();
      this.waiters.push(member);
    }
  }

  private async try(): Promise<void> {
    const member = this.newcomer({ wait: false });
    if (this.holder !== undefined) {
      await member.asked.refused('busy');
    } else if (this.global) {
      await member.asked.granted();
      this.holder = member;
    } else {
      // Where nobody can see that a cancelled attempt is gone, it may be in the way.
      await member.asked.answer();
      if (member.asked.grant !== undefined) this.holder = member;
    }
  }

  private async giveUp(): Promise<void> {
    if (this.waiters.length > 0) this.cancel(this.random.pick(this.waiters));
  }

  private async release(): Promise<void> {
    await this.pass(() => {});
  }

  /** The next in line gives up in the tick of the release. */
  private async race(): Promise<void> {
    const next = this.waiters[0];
    await this.pass(() => {
      if (next !== undefined) this.cancel(next);
    });
  }

  /** Somebody who does not hold any more releases again, and gives up. */
  private async again(): Promise<void> {
    if (this.former === undefined) return;
    this.former.asked.cancel();
    await this.former.asked.release();
  }

  private async pass(meanwhile: () => void): Promise<void> {
    const { holder } = this;
    if (holder === undefined) return;
    this.former = holder;
    this.holder = undefined;
    const released = holder.asked.release();
    meanwhile();
    equal(await released, 'released', `the release of ${holder.asked.name}`);
    if (this.waiters.length === 0) return;
    const next = await this.scene.patience.until(
      () => this.waiters.find(({ asked }) => asked.grant !== undefined),
      () => `nobody was granted what ${holder.asked.name} released`,
    );
    const first = this.global ? this.waiters[0]! : this.waiters.find(({ driver }) => driver === next.driver)!;
    if (next !== first) fail(`it was the turn of ${first.asked.name}, and ${next.asked.name} was granted`);
    this.waiters = this.waiters.filter((waiter) => waiter !== next);
    this.holder = next;
  }

  private cancel(member: Member): void {
    member.asked.cancel();
    this.waiters = this.waiters.filter((waiter) => waiter !== member);
  }

  private newcomer(asking: { wait: boolean }): Member {
    const driver = this.random.pick(this.drivers);
    return { driver, asked: this.scene.ask(driver, this.resource, `attempt ${++this.asked}`, asking) };
  }

  /** Whether every driver sees everything, in one order. */
  private get global(): boolean {
    const { ordering, sharedInspect } = this.drivers[0]!.caps;
    return ordering === 'global-fifo' && sharedInspect;
  }

  private async agree(): Promise<void> {
    const early = this.waiters.find(({ asked }) => asked.grant !== undefined);
    if (early !== undefined) fail(`${early.asked.name} was granted before its turn`);
    if (!this.global) return;
    const line = this.waiters.map(({ asked }) => asked.name);
    const holder = this.holder?.asked;
    const right = (state: DriverState): boolean =>
      state.locked === (holder !== undefined) &&
      state.holder?.fencingToken === holder?.grant?.fencingToken &&
      state.queueDepth === line.length &&
      state.next.every(({ label }, i) => label === line[i]) &&
      state.next.length === Math.min(line.length, 10);
    const expected = `${holder?.name ?? 'nobody'} as the holder and [${line}] in line`;
    await this.scene.settled(this.random.pick(this.drivers), this.resource, right, expected);
  }
}

/** What may happen: often somebody comes, sometimes somebody goes. */
const STEPS = [
  ...(['ask', 'ask', 'ask', 'ask', 'ask'] as const),
  ...(['release', 'release', 'release'] as const),
  ...(['try', 'giveUp', 'race', 'again'] as const),
] as const;
