/**
 * Fifty waiters of five participants stand in line for one lock, as those of five processes do. They arrive one after the other,
 * 2 ms apart, so that there is an order in which they arrived at the server; and each gives the lock back as soon as it has it.
 *
 * Invariant: the lock is held from before the first arrives until `drain()`, and nobody is left when that resolves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant, Participant, Release } from './contestants/contestant.js';

export const WAITERS = 50;
export const PARTICIPANTS = 5;
const APART = 2;

/** What came of a line. Times in milliseconds. */
export interface Drained {
  readonly elapsed: number;
  /** From each call that released the lock until the next waiter had it. */
  readonly handOffs: readonly number[];
  /** The waiters by number of arrival, in the order in which they got the lock. */
  readonly order: readonly number[];
}

/** Everybody who has it open at once. */
export async function openAll(contestant: Contestant, port: number): Promise<Participant[]> {
  const participants: Participant[] = [];
  for (let i = 0; i < PARTICIPANTS; i++) participants.push(await contestant.open(port));
  return participants;
}

/** A line in front of a lock that somebody holds. */
export class Line {
  readonly #waiters: Promise<void>[] = [];
  readonly #handOffs: number[] = [];
  readonly #order: number[] = [];
  #released = 0;

  private constructor(
    private readonly name: string,
    private readonly release: Release,
  ) {}

  /** Resolves when all stand in it. */
  static async form(participants: readonly Participant[], name: string): Promise<Line> {
    const line = new Line(name, await participants[0]!.acquire!(name));
    for (let i = 0; i < WAITERS; i++) {
      line.#waiters.push(line.#wait(participants[i % participants.length]!, i));
      await sleep(APART);
    }
    return line;
  }

  async drain(): Promise<Drained> {
    const start = performance.now();
    this.#released = start;
    await this.release();
    await Promise.all(this.#waiters);
    return { elapsed: performance.now() - start, handOffs: this.#handOffs, order: this.#order };
  }

  async #wait(participant: Participant, arrival: number): Promise<void> {
    const release = await participant.acquire!(this.name);
    const granted = performance.now();
    this.#handOffs.push(granted - this.#released);
    this.#order.push(arrival);
    this.#released = granted;
    await release();
  }
}

/** What part of all pairs of waiters got the lock in the other order than they came, in per cent; at random it is 50. */
export function inversions(order: readonly number[]): number {
  const pairs = (order.length * (order.length - 1)) / 2;
  const inverted = order.flatMap((arrival, turn) => order.slice(turn + 1).filter((later) => later < arrival));
  return (inverted.length * 100) / pairs;
}
