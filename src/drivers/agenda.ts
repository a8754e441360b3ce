/**
 * The one timer of a driver: whatever has to happen later, renewals, deadlines, signs of life, further tries, stands here by
 * the time at which it is due, in a binary heap. A timer for each would cost every hold; and what is due together is
 * sent together.
 *
 * Invariants: every item knows its place in the heap, so that taking one out is cheap; the timer is armed no
 * later than the first item is due, never keeps the process alive, and runs in nobody's async context.
 */
import { AsyncResource } from 'node:async_hooks';
import type { DriverClock } from './driver-clock.js';

/** Something that has to happen at a time. */
export interface Due {
  /** When, on the monotonic clock. Written by the agenda only. */
  at: number;
  /** Its place in the heap. Written by the agenda only; {@link NOWHERE} at first. */
  place: number;
  /** It is time. It has been taken out, and may be put in again. Must not throw. */
  due(): void;
}

/** The place of an item that is not in the agenda. */
export const NOWHERE = -1;

/** The place of an item whose turn comes in this very tick. */
const CALLED = -2;

/** How long after its time an item is done at most, if the event loop is free: timers are that exact. */
const GRAIN = 1;

/** A delay that timers take. */
const LONGEST = 2 ** 30;

/** Belongs to whoever loaded this package first, that is to no request. */
const nobody = new AsyncResource('lockmeter.agenda');

/** For how many milliseconds a late timer is held against the event loop. */
const REMEMBERED = 60_000;

export class Agenda {
  private readonly heap: Due[] = [];
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Infinity;
  private ticking = false;
  private late = 0;
  private lateAt = -Infinity;

  constructor(private readonly clock: DriverClock) {}

  get size(): number {
    return this.heap.length;
  }

  /** Puts it in, or moves it. `Infinity` is never. */
  set(item: Due, at: number): void {
    this.remove(item);
    item.at = at;
    if (at === Infinity) return;
    item.place = this.heap.length;
    this.heap.push(item);
    this.rise(item);
    if (!this.ticking) this.arm();
  }

  /** The timer stays: it is cheaper to be woken in vain once than to set it again for each of many short holds. */
  remove(item: Due): void {
    const { place } = item;
    item.place = NOWHERE;
    if (place < 0) return;
    const last = this.heap.pop()!;
    if (last === item) return;
    this.put(last, place);
    this.rise(last);
    this.sink(last);
  }

  /** Forgets everything, for good. */
  clear(): void {
    for (const item of this.heap) item.place = NOWHERE;
    this.heap.length = 0;
    clearTimeout(this.timer);
    this.armedFor = Infinity;
  }

  /** Runs `work` in nobody's async context instead of the caller's. */
  inBackground<T>(work: () => T): T {
    return nobody.runInAsyncScope(work);
  }

  /** How much too late the timer is now, or was in the last `recent` milliseconds: so long at least the event loop stood still. */
  lateness(recent: number): number {
    const now = this.clock.monotonic();
    const before = now - this.lateAt <= recent ? this.late : 0;
    return Math.max(0, before, now - this.armedFor);
  }

  private arm(): void {
    const first = this.heap[0];
    if (first === undefined || first.at >= this.armedFor) return;
    clearTimeout(this.timer);
    const now = this.clock.monotonic();
    const delay = Math.min(LONGEST, Math.max(GRAIN, Math.ceil(first.at - now)));
    this.armedFor = now + delay;
    this.timer = nobody.runInAsyncScope(() => setTimeout(() => this.tick(), delay).unref());
  }

  private tick(): void {
    const now = this.clock.monotonic();
    this.note(now - this.armedFor, now);
    this.armedFor = Infinity;
    this.ticking = true;
    // What is put in meanwhile waits for the next tick, even if it is due.
    const called: Due[] = [];
    while (this.heap.length > 0 && this.heap[0]!.at <= now) {
      const item = this.heap[0]!;
      this.remove(item);
      item.place = CALLED;
      called.push(item);
    }
    try {
      for (const item of called) {
        if (item.place !== CALLED) continue;
        item.place = NOWHERE;
        item.due();
      }
    } finally {
      this.ticking = false;
      for (const item of called) if (item.place === CALLED) this.set(item, now);
      this.arm();
    }
  }

  /** The worst of late is kept. */
  private note(late: number, now: number): void {
    if (late < this.late && now - this.lateAt < REMEMBERED) return;
    this.late = late;
    this.lateAt = now;
  }

  private put(item: Due, place: number): void {
    this.heap[place] = item;
    item.place = place;
  }

  private rise(item: Due): void {
    let { place } = item;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.heap[above]!.at <= item.at) break;
      this.put(this.heap[above]!, place);
      place = above;
    }
    this.put(item, place);
  }

  private sink(item: Due): void {
    const { heap } = this;
    let { place } = item;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]!.at < heap[below]!.at) below++;
      if (heap[below]!.at >= item.at) break;
      this.put(heap[below]!, place);
      place = below;
    }
    this.put(item, place);
  }
}
