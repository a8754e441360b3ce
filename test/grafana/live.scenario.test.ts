/**
 * The scenario's own bookkeeping, with numbers small enough to add up by hand: what the proof compares the metrics with must
 * itself be right.
 */
import { jest } from '@jest/globals';
import { LockQueueFullError, LockTimeoutError, locks } from 'lockmeter';
import { type Attempt, Ledger } from '../../examples/scenario/ledger.js';
import {
  answeredIn,
  countEndings,
  heldTime,
  queued,
  queuedTime,
  waitersAt,
} from '../../examples/scenario/ledger-figures.js';
import { LOCK } from '../../examples/scenario/lock-names.js';
import { stuckImport } from '../../examples/scenario/script.js';
import { Timetable } from '../../examples/scenario/timetable.js';

/** Four attempts: one in at once, one behind it, one that gives up, one that is there still. */
const ATTEMPTS: readonly Attempt[] = [
  { lock: 'a', key: '', asked: 0, blocked: false, ending: 'acquired', answered: 0, released: 99 },
  { lock: 'a', key: '', asked: 40, blocked: true, ending: 'acquired', handedOver: 99, answered: 101, released: 130 },
  { lock: 'a', key: '', asked: 50, blocked: true, ending: 'timeout', answered: 90 },
  { lock: 'a', key: '', asked: 60, blocked: true, ending: 'rejected', answered: 60 },
  { lock: 'a', key: '', asked: 120, blocked: true },
];

describe('the figures of a ledger', () => {
  test.each([
    [0, 90, 90, 90],
    [0, 200, 99 + 29, 99 + 31],
    [90, 110, 9 + 9, 9 + 11],
    [150, 200, 0, 0],
  ])('between %i and %i it was held for %i to %i', (from, to, least, most) => {
    expect(heldTime(ATTEMPTS, from, to)).toEqual({ least, most });
  });

  test.each([
    [0, 200, 59 + 40 + 80, 61 + 40 + 80],
    [0, 45, 5, 5],
    [85, 95, 10 + 5, 10 + 5],
  ])('between %i and %i callers waited for %i to %i', (from, to, least, most) => {
    expect(queuedTime(ATTEMPTS, from, to)).toEqual({ least, most });
  });

  test('a hold that goes on counts up to the end of the span', () => {
    const goesOn = [{ ...ATTEMPTS[0]!, released: undefined }];
    expect(heldTime(goesOn, 50, 500)).toEqual({ least: 450, most: 450 });
  });

  test('waiters, answers, endings and who queued are counted', () => {
    expect([0, 40, 50, 60, 90, 101, 119, 120].map((time) => waitersAt(ATTEMPTS, time))).toEqual([
      0, 1, 2, 2, 1, 0, 0, 1,
    ]);
    expect(answeredIn(ATTEMPTS, 60, 100)).toEqual([ATTEMPTS[2], ATTEMPTS[3]]);
    expect(queued(ATTEMPTS)).toEqual([ATTEMPTS[1], ATTEMPTS[2], ATTEMPTS[4]]);
    expect(countEndings(ATTEMPTS)).toEqual({ acquired: 2, timeout: 1, rejected: 1, aborted: 0 });
  });
});

describe('a ledger', () => {
  test('knows who was blocked, by lock and key', () => {
    const ledger = new Ledger();
    const first = ledger.ask('a', 'x');
    first.granted();
    ledger.ask('a', 'y');
    ledger.ask('a', 'x').failed(new Error('left'));
    first.released();
    ledger.ask('a', 'x');
    ledger.ask('b', 'x');
    expect(ledger.of('a').map(({ blocked }) => blocked)).toEqual([false, false, true, false]);
    expect(ledger.of('b').map(({ blocked }) => blocked)).toEqual([false]);
  });

  test('knows when the lock was handed over to one that waited', () => {
    const ledger = new Ledger();
    const [first, second] = [ledger.ask('a'), ledger.ask('a')];
    first.granted();
    first.released();
    second.granted();
    second.released();
    ledger.ask('a').granted();
    const [before, waited, free] = ledger.of('a');
    expect(waited!.handedOver).toBe(before!.released);
    expect(free!.handedOver).toBeUndefined();
  });

  test('tells the ends apart', async () => {
    const ledger = new Ledger();
    const holder = await locks.lock('ledger').hold();
    const reasons = [{ timeout: 0 }, { maxQueue: 0 }, { signal: AbortSignal.abort() }].map((options) =>
      locks.run('ledger', () => {}, options).catch((error: unknown) => error),
    );
    for (const reason of await Promise.all(reasons)) ledger.ask('a').failed(reason);
    await holder.release();
    expect(ledger.of('a').map(({ ending }) => ending)).toEqual(['timeout', 'rejected', 'aborted']);
    expect(await Promise.all(reasons)).toEqual([
      expect.any(LockTimeoutError),
      expect.any(LockQueueFullError),
      expect.any(DOMException),
    ]);
  });

  test('lets nobody in who has ended, and does not hear that who was in has left', () => {
    const ledger = new Ledger();
    const visit = ledger.ask('a');
    visit.granted();
    visit.failed(new Error('left'));
    visit.released();
    expect(ledger.of('a')).toMatchObject([{ ending: 'acquired' }]);
    const gone = ledger.ask('a');
    gone.failed(new Error('left'));
    expect(() => gone.granted()).toThrow('a: an attempt that was aborted is acquired too');
  });
});

describe('the import', () => {
  const extra = (ledger: Ledger, stuckAfter: number) =>
    stuckImport({ ledger, stuckAfter, send: async () => undefined as never });
  const endings = (ledger: Ledger) => ledger.of(LOCK.priceImport).map(({ ending }) => ending);

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is done at once, until one hangs and those behind it time out; it lets go at the end', async () => {
    const ledger = new Ledger();
    const { rounds, stop } = extra(ledger, 1_000);
    const { come } = rounds[0]!.arrivals[0]!;
    const healthy = come();
    await jest.advanceTimersByTimeAsync(999);
    await healthy;
    await jest.advanceTimersByTimeAsync(1);
    const behind = come();
    await jest.advanceTimersByTimeAsync(3_000);
    await behind;
    expect(endings(ledger)).toEqual(['acquired', 'acquired', 'timeout']);
    expect(ledger.of(LOCK.priceImport)[1]!.released).toBeUndefined();
    await stop();
    expect(ledger.of(LOCK.priceImport)[1]!.released).toBeGreaterThan(0);
  });

  test('need not have hung', async () => {
    const ledger = new Ledger();
    await extra(ledger, 1_000).stop();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(endings(ledger)).toEqual([]);
  });
});

describe('a timetable', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('has everybody come at their time on the clock, round after round', async () => {
    const came: string[] = [];
    const start = performance.now();
    const arrival = (who: string, at: number) => ({
      at,
      come: async () => came.push(`${who} ${performance.now() - start}`),
    });
    const timetable = new Timetable([{ length: 100, arrivals: [arrival('a', 0), arrival('b', 30)] }]);
    timetable.start();
    jest.advanceTimersByTime(250);
    expect(came).toEqual(['a 0', 'b 30', 'a 100', 'b 130', 'a 200', 'b 230']);
    await timetable.end();
    jest.advanceTimersByTime(1_000);
    expect(came).toHaveLength(6);
  });

  test('catches up when it was late', () => {
    let came = 0;
    const timetable = new Timetable([{ length: 10, arrivals: [{ at: 0, come: async () => came++ }] }]);
    timetable.start();
    jest.advanceTimersByTime(0);
    const onTime = performance.now.bind(performance);
    const stall = jest.spyOn(performance, 'now').mockImplementation(() => onTime() + 35);
    jest.advanceTimersByTime(14);
    // 49 ms after the start: those of 0, 10, 20, 30 and 40 ms.
    expect(came).toBe(5);
    stall.mockRestore();
    void timetable.end();
  });

  test('ends when everybody has gone', async () => {
    let leave: () => void = () => {};
    const come = () => new Promise<void>((resolve) => (leave = resolve));
    const timetable = new Timetable([{ length: 1_000, arrivals: [{ at: 0, come }] }]);
    timetable.start();
    jest.advanceTimersByTime(0);
    let ended = false;
    const ending = timetable.end().then(() => {
      ended = true;
    });
    await Promise.resolve();
    expect(ended).toBe(false);
    leave();
    await ending;
    expect(ended).toBe(true);
  });
});
