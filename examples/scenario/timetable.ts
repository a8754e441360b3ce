/**
 * Who comes when: rounds of arrivals that repeat for as long as the scenario runs.
 *
 * Invariant: every arrival has a time on the clock, counted from the start and not from the one before it. A process that
 * is late catches up, so after any time the same arrivals have come, and a rate is what the table says.
 */

/** One arrival of a round. */
export interface Arrival {
  /** Milliseconds after the start of its round. */
  readonly at: number;
  /** Resolves when whoever came is gone, and never rejects. */
  come(): Promise<unknown>;
}

/** A round that repeats. Its arrivals are in order. */
export interface Round {
  /** Milliseconds. Not whole seconds: who looks once a second would see the same moment of every round. */
  readonly length: number;
  readonly arrivals: readonly Arrival[];
}

/**
 * @example
 * const timetable = new Timetable([{ length: 990, arrivals: [{ at: 0, come: () => visit('/checkout') }] }]);
 * timetable.start();
 * await timetable.end();
 */
export class Timetable {
  private readonly timers = new Map<Round, NodeJS.Timeout>();
  private readonly inside = new Set<Promise<unknown>>();

  constructor(private readonly rounds: readonly Round[]) {}

  start(): void {
    const start = performance.now();
    for (const round of this.rounds) this.expect(round, 0, start);
  }

  /** Lets nobody come any more, and resolves when everybody has gone. */
  async end(): Promise<void> {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await Promise.all(this.inside);
  }

  private expect(round: Round, index: number, start: number): void {
    const { length, arrivals } = round;
    const { at, come } = arrivals[index % arrivals.length]!;
    const due = start + Math.floor(index / arrivals.length) * length + at;
    const timer = setTimeout(() => {
      this.expect(round, index + 1, start);
      this.follow(come());
    }, due - performance.now());
    this.timers.set(round, timer);
  }

  private follow(visit: Promise<unknown>): void {
    this.inside.add(visit);
    void visit.then(() => this.inside.delete(visit));
  }
}
