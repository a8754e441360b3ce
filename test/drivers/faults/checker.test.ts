/**
 * The checks of the referee's log, each on logs made by hand: a good one of which it has nothing to say, bad ones that
 * it must find, and those that look bad and are not.
 */
import { check } from '../../../examples/soak-redis/checker/check.js';
import type { Entry } from '../../../examples/soak-redis/log/entry.js';
import { attempt, broken, judged } from './made-up-log.js';

const disturbed = (process: string, at: number, until: number): Entry => {
  return { type: 'disturbed', process, at, until, what: 'paused' };
};
const stateLost = (at: number): Entry => ({ type: 'state-lost', at, until: at, what: 'FLUSHALL' });

test('a good log: nothing to say, and everything counted', () => {
  const log = [
    ...attempt({ invoke: 0, enter: 1, token: 10, deadline: 1_000, leave: 20 }),
    judged(10, true),
    ...attempt({ process: 'p2', invoke: 5, queued: 6, enter: 21, token: 11, deadline: 1_000, leave: 40 }),
    judged(11, true),
    judged(10, false),
    ...attempt({ invoke: 7, queued: 8, failed: { at: 30, expected: true } }),
    ...attempt({ lock: 'other', invoke: 7, enter: 8, token: 5, deadline: 1_000, leave: 50 }),
  ];
  expect(check(log)).toEqual({
    findings: [],
    attempts: 4,
    holds: 3,
    lost: 0,
    acceptedWrites: 2,
    rejectedWrites: 1,
    missedWakes: 0,
    excusedOverlaps: 0,
    longestDoubleBelief: 0,
  });
});

describe('I1, overlapping holds', () => {
  const first = { invoke: 0, enter: 1, token: 10 };
  const second = attempt({ process: 'p2', invoke: 2, enter: 50, token: 11, deadline: 1_050, leave: 60 });

  test('two inside at once', () => {
    expect(broken(attempt({ ...first, deadline: 1_000, leave: 51 }), second)).toContain('I1');
  });

  test('a hold that lasts over several others is held against each of them', () => {
    const third = attempt({ process: 'p3', invoke: 2, enter: 70, token: 12, deadline: 1_050, leave: 80 });
    const found = broken(attempt({ ...first, deadline: 1_000, leave: 90 }), second, third);
    expect(found.filter((rule) => rule === 'I1')).toHaveLength(2);
  });

  test('a hold whose process died lasts until then, and one that knows of no lease for ever', () => {
    const death: Entry = { type: 'killed', at: 51, process: 'p1' };
    expect(broken(attempt({ ...first, deadline: 1_000 }), death, second)).toContain('I1');
    expect(broken(attempt({ ...first, deadline: 1_000 }), { ...death, at: 49 }, second)).not.toContain('I1');
    expect(broken(attempt(first), second)).toContain('I1');
  });

  test("no overlap when the first was over by its own deadline, or by the news of its loss, though it didn't leave", () => {
    expect(broken(attempt({ ...first, deadline: 49, leave: 100, lost: 99 }), second)).not.toContain('I1');
    expect(broken(attempt({ ...first, deadline: 1_000, lost: 49, leave: 100 }), second)).not.toContain('I1');
  });

  test('the deadline that counts is the last one', () => {
    const [invoke, granted, enter, leave] = attempt({ ...first, deadline: 30, leave: 51 });
    const renewed = { ...leave, deadline: 1_000 } as Entry;
    expect(broken([invoke!, granted!, enter!, renewed], second)).toContain('I1');
  });

  test('a late entry, past its own deadline, is no valid hold', () => {
    const late = attempt({ invoke: 0, granted: 1, enter: 55, token: 10, deadline: 40, lost: 56, leave: 57 });
    expect(broken(late, second)).not.toContain('I1');
  });

  test('after the engine forgot the first holder an overlap is counted, and is no breach', () => {
    const log = [...attempt({ ...first, deadline: 1_000, leave: 51 }), stateLost(20), ...second];
    const { findings, excusedOverlaps } = check(log);
    expect([findings, excusedOverlaps]).toEqual([[], 1]);
    expect(broken(log.map((line) => (line.type === 'state-lost' ? stateLost(55) : line)))).toContain('I1');
  });
});

describe('I2, tokens', () => {
  const hold = (enter: number, token: number): Entry[] => {
    return attempt({ invoke: enter - 1, granted: enter, enter, token, deadline: enter + 5, leave: enter + 4 });
  };

  test('one that is smaller than that of the hold before', () => {
    expect(broken(hold(10, 5), hold(20, 4))).toContain('I2');
    expect(broken(hold(10, 5), hold(20, 6))).toEqual([]);
  });

  test('one that comes twice, even in a hold that never was valid', () => {
    const late = attempt({ process: 'p9', invoke: 1, granted: 2, enter: 40, token: 5, deadline: 30, leave: 41 });
    expect(broken(hold(10, 5), late)).toContain('I2');
  });

  test('each lock has its own', () => {
    expect(broken(hold(10, 5), attempt({ lock: 'other', invoke: 20, enter: 21, token: 4, leave: 22 }))).toEqual([]);
  });
});

test('I3: a stale write that was accepted', () => {
  expect(broken([judged(10, true), judged(11, true), judged(10, true)])).toEqual(['I3']);
  expect(broken([judged(10, true), judged(11, true), judged(10, false), judged(11, true)])).toEqual([]);
});

describe('I4, order of arrival', () => {
  const early = { process: 'p1', attempt: 'early', invoke: 0, queued: 5 };
  const late = attempt({ process: 'p2', invoke: 6, queued: 8, enter: 20, token: 10, leave: 21 });
  const served = { ...early, enter: 30, token: 11, leave: 31 };

  test('who stood there already was passed over', () => {
    expect(broken(attempt(served), late)).toEqual(['I4']);
  });

  test('asking at the same time leaves the order open', () => {
    expect(broken(attempt({ ...served, queued: 7 }), late)).toEqual([]);
  });

  test('who gave up was not passed over', () => {
    expect(broken(attempt({ ...early, failed: { at: 40, expected: true } }), late)).toEqual([]);
  });

  test('a waiter whose process was disturbed may lose its place, and nobody else', () => {
    expect(broken(attempt(served), late, disturbed('p1', 10, 15))).toEqual([]);
    expect(broken(attempt(served), late, disturbed('p2', 10, 15))).toEqual(['I4']);
    expect(broken(attempt(served), late, disturbed('p1', 40, 45))).toEqual(['I4']);
  });

  test('when the engine forgot the queue, the order is open', () => {
    expect(broken(attempt(served), late, stateLost(10))).toEqual([]);
  });
});

test('I5: a token below that of a grant that was known before the attempt began, whatever the engine went through', () => {
  const first = attempt({ process: 'p1', invoke: 0, enter: 1, token: 20, leave: 2 });
  expect(broken(first, stateLost(3), attempt({ invoke: 4, granted: 5, token: 19 }))).toEqual(['I5']);
  expect(broken(first, stateLost(3), attempt({ invoke: 0.5, granted: 5, token: 19 }))).toEqual([]);
  expect(broken(first, stateLost(3), attempt({ invoke: 4, granted: 5, token: 20 }))).toEqual(['I5']);
});

describe('I6, lost waiters', () => {
  const healed: Entry = { type: 'healed', at: 100 };

  test('one that was never served', () => {
    expect(broken(attempt({ invoke: 0, queued: 1 }), healed)).toEqual(['I6']);
  });

  test('one that was served long after everything was healed', () => {
    expect(broken(attempt({ invoke: 0, queued: 1, granted: 20_000 }), healed)).toEqual(['I6']);
    expect(broken(attempt({ invoke: 0, queued: 1, granted: 9_000 }), healed)).toEqual([]);
  });

  test('one that failed without having asked for it', () => {
    expect(broken(attempt({ invoke: 0, failed: { at: 5, expected: false } }), healed)).toEqual(['I6']);
    expect(broken(attempt({ invoke: 0, failed: { at: 5, expected: true } }), healed)).toEqual([]);
  });

  test('one that died is not missed', () => {
    expect(broken(attempt({ invoke: 0, queued: 1 }), { type: 'killed', at: 5, process: 'p1' }, healed)).toEqual([]);
  });
});

describe('I7, two who believe', () => {
  const second = attempt({ process: 'p2', invoke: 2, enter: 1_100, token: 11, deadline: 3_000, leave: 1_110 });
  const first = { invoke: 0, enter: 1, token: 10, deadline: 1_000, lost: 1_400, leave: 1_401 };

  test('the old one learned of it too late', () => {
    expect(broken(attempt(first), second)).toEqual(['I7']);
    expect(broken(attempt({ ...first, lost: 1_000 }), second)).toEqual([]);
    expect(broken(attempt({ ...first, lost: 1_099 }), second)).toEqual([]);
  });

  test('who stood still could not know; the time is measured', () => {
    const { findings, longestDoubleBelief } = check([...attempt(first), ...second, disturbed('p1', 500, 1_300)]);
    expect([findings, longestDoubleBelief]).toEqual([[], 300]);
  });

  test('who died believes no more', () => {
    const dead = attempt({ ...first, lost: undefined, leave: undefined });
    expect(broken(dead, { type: 'killed', at: 1_050, process: 'p1' }, second)).toEqual([]);
  });
});

test('I8: what is left behind', () => {
  const idle: Entry = { type: 'inspected', at: 1, process: 'p1', lock: 'stock', locked: false, depth: 0 };
  const remains = (...keys: string[]): Entry => ({ type: 'remains', at: 2, keys });
  expect(broken([{ ...idle, locked: true, depth: 2 }])).toEqual(['I8', 'I8']);
  expect(broken([{ ...idle, locked: true, depth: 2 }, idle])).toEqual([]);
  expect(broken([remains('lm:{stock}:s', 'lm:{stock}:q')])).toEqual(['I8']);
  expect(broken([remains('lm:{stock}:s')])).toEqual([]);
});

test('I9: a missed wake, unless something was disturbed', () => {
  const missed: Entry = { type: 'missed-wake', at: 5, process: 'p1' };
  expect(broken([missed])).toEqual(['I9']);
  expect(broken([missed, disturbed('p2', 1, 2)])).toEqual([]);
});

test('quiet: warnings, and processes that end by themselves', () => {
  const ended = { type: 'ended', at: 5, process: 'p1', code: 0, text: '' } as const;
  expect(broken([ended])).toEqual([]);
  expect(broken([{ ...ended, code: 1 }])).toEqual(['quiet']);
  expect(broken([{ ...ended, text: 'warning' }])).toEqual(['quiet']);
  expect(broken([{ type: 'complaint', at: 1, process: 'p1', text: 'MaxListenersExceededWarning' }])).toEqual(['quiet']);
});

test('a log that does not hang together is no evidence', () => {
  const [, queued] = attempt({ invoke: 0, queued: 1 });
  expect(() => check([queued!])).toThrow('queued before invoke');
});
