/**
 * From two snapshots to rows, and from rows to text.
 */
import { LockManager, type LockSnapshot, type Snapshot, StatsRegistry } from 'lockmeter';
import { type LockRow, lockRows } from '../../examples/shared/lock-rows.js';
import { lockLines, lockTable } from '../../examples/shared/lock-table.js';
import { COLOURS, PLAIN } from '../../examples/shared/paint.js';

const CALM: LockRow = {
  lock: 'invoice-number',
  held: 0,
  queue: 0,
  utilisation: 0.021,
  contention: 0,
  waitP50: 0.000005,
  waitP99: 0.0042,
  holdP99: 0.00042,
  holderAge: null,
};

const STUCK: LockRow = {
  lock: '/checkout',
  held: 1,
  queue: 30,
  utilisation: 1,
  contention: 0.984,
  waitP50: 1.234,
  waitP99: 12.34,
  holdP99: null,
  holderAge: 4,
};

describe('the table', () => {
  test('has its columns under each other, and a block for each waiter', () => {
    expect(lockTable([STUCK, CALM], PLAIN)).toEqual([
      '  lock            held  queue  utilisation  contention  wait p50  wait p99  hold p99  holder age',
      '● /checkout          1     30        100 %        98 %    1.23 s    12.3 s         –      4.00 s  ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪…',
      '● invoice-number     0      0          2 %         0 %         0    4.2 ms   0.42 ms           –',
    ]);
  });

  test('colours what is bad, and nothing that is well', () => {
    const [, stuck, calm] = lockTable([STUCK, CALM], COLOURS);
    expect(stuck).toContain('\x1b[31m     4.00 s\x1b[0m'.replace('     ', '    '));
    expect(stuck!.startsWith('\x1b[31m●')).toBe(true);
    expect(calm!.startsWith('\x1b[32m●')).toBe(true);
    expect(calm).not.toMatch(/\[3[13]m/);
  });

  test('leaves columns out where they do not all fit, and never a part of one', () => {
    expect(lockTable([STUCK, CALM], PLAIN, 80).map((line) => line.slice(0, 80))).toEqual([
      '  lock            held  queue  utilisation  contention  wait p99  holder age',
      '● /checkout          1     30        100 %        98 %    12.3 s      4.00 s  ▪▪',
      '● invoice-number     0      0          2 %         0 %    4.2 ms           –',
    ]);
    expect(lockTable([CALM], PLAIN, 10)).toEqual([
      '  lock            held  queue  holder age',
      '● invoice-number     0      0           –',
    ]);
    expect(lockTable([STUCK, CALM], PLAIN, 96)).toEqual(lockTable([STUCK, CALM], PLAIN));
    expect(lockTable([CALM], PLAIN, 95)).not.toEqual(lockTable([CALM], PLAIN));
  });

  test('says so when there is nothing to show', () => {
    expect(lockTable([], PLAIN)).toEqual(['No lock was used yet.']);
  });
});

test('a log line is understood without the others', () => {
  expect(lockLines([STUCK], '12:00:05')).toEqual([
    '12:00:05  /checkout  held   1  queue  30  utilisation 100 %  contention  98 %  wait p50  1.23 s  wait p99  12.3 s  hold p99       –  holder age  4.00 s',
  ]);
});

describe('the rows', () => {
  const at = (seconds: number, locks: LockSnapshot[]): Snapshot => ({
    version: 1,
    at: new Date(seconds * 1e3).toISOString(),
    foldedNames: 0,
    observerErrors: 0,
    locks,
  });

  test('are the difference of two snapshots: rates of the interval, the state of its end', async () => {
    const manager = new LockManager({ stats: new StatsRegistry() });
    await manager.run('b', () => undefined);
    const [before] = manager.snapshot().locks;
    const after: LockSnapshot = {
      ...before!,
      held: 1,
      queueDepth: 3,
      holderAgeSeconds: 2,
      heldTimeSeconds: before!.heldTimeSeconds + 2.5,
      outcomes: { ...before!.outcomes, acquired: 4, timeout: 1 },
      contended: 3,
      wait: { ...before!.wait, buckets: before!.wait.buckets.map((count, i) => (i === 3 ? count + 4 : count)) },
    };
    expect(lockRows(at(0, [before!]), at(5, [after]))).toEqual([
      {
        lock: 'b',
        held: 1,
        queue: 3,
        utilisation: 0.5,
        contention: 0.75,
        waitP50: 0.00075,
        waitP99: 0.000995,
        holdP99: null,
        holderAge: 2,
      },
    ]);
  });

  test('of a lock that is new count from nothing, and all are in the order of their names', async () => {
    const manager = new LockManager({ stats: new StatsRegistry() });
    await Promise.all(['b', 'a'].map((name) => manager.run(name, () => undefined)));
    const { locks } = manager.snapshot();
    const rows = lockRows(at(0, []), at(5, locks));
    expect(rows).toMatchObject([
      { lock: 'a', contention: 0, held: 0, holderAge: null },
      { lock: 'b', contention: 0, held: 0, holderAge: null },
    ]);
    expect(lockRows(at(0, locks), at(0, locks))[0]).toMatchObject({ utilisation: 0, contention: null, waitP50: null });
  });
});
