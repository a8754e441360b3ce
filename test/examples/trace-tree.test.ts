/**
 * The tree of a trace, from hand-made spans to the very characters.
 */
import { COLOURS, PLAIN } from '../../examples/shared/paint.js';
import { RecentTraces } from '../../examples/shared/recent-traces.js';
import type { TraceRecord } from '../../examples/shared/span-record.js';
import { traceTree } from '../../examples/shared/trace-tree.js';
import { HOLDER, span, WAITER } from './span-records.js';

function known(...traces: TraceRecord[]): RecentTraces {
  const recent = new RecentTraces();
  for (const { spans } of traces) for (const each of spans) recent.add(each);
  return recent;
}

const find = known(HOLDER, WAITER);

test('draws waits and holds on one axis, and under a wait the hold of the other trace', () => {
  expect(traceTree(WAITER, find, PLAIN)).toEqual([
    'POST /checkout                 4.00 s  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━',
    '├─ lock.wait /checkout         3.00 s  ░░░░░░░░░░░░░░░░░░░░░░░░          2 ahead of it',
    '│  ↳ POST /checkout?slow=4000  4.00 s  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒          its hold blocked this wait, trace aaaaaaaa',
    '└─ lock.hold /checkout         1.00 s                          ████████',
    '   └─ lock.hold inventory      500 ms                          ████',
  ]);
});

test('adds the one ahead in the queue that held longer than the one that held at first', () => {
  const quick = span('dddddddddddddddd', 'd-hold', 'lock.hold /checkout', [1_900, 2_100], { parentId: 'd-root' });
  const slow = span('eeeeeeeeeeeeeeee', 'e-hold', 'lock.hold /checkout', [2_100, 5_000], { parentId: 'e-root' });
  const other = span('ffffffffffffffff', 'f-hold', 'lock.hold /checkout', [1_000, 5_000], {
    parentId: 'f-root',
    attributes: { 'lock.key.hash': 'of another key' },
  });
  const wait = { ...WAITER.spans[0]!, blockedBy: quick };
  const traces = known(...[quick, slow, other].map((each) => ({ traceId: each.traceId, spans: [each] })));
  expect(traceTree({ ...WAITER, spans: [wait, WAITER.spans[3]!] }, traces, PLAIN).slice(1)).toEqual([
    '└─ lock.wait /checkout    3.00 s  ░░░░░░░░░░░░░░░░░░░░░░░░          2 ahead of it',
    '   ↳ lock.hold /checkout  200 ms  ▒                                 its hold blocked this wait, trace dddddddd',
    '   ↳ lock.hold /checkout  2.90 s   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒          ahead in the queue, and held longest, trace eeeeeeee',
  ]);
});

test('says when the other one holds still, and when it is not known', () => {
  const wait = {
    ...WAITER.spans[0]!,
    end: 6_000,
    attributes: { 'lock.name': '/checkout', 'lock.queue.depth': 0, 'lock.outcome': 'aborted' },
  };
  const gaveUp = { ...WAITER, spans: [wait, WAITER.spans[3]!] };
  const unended = known({
    ...HOLDER,
    spans: [span(HOLDER.traceId, 'other', 'lock.hold b', [0, 1], { parentId: 'a-root' })],
  });
  expect(traceTree(gaveUp, unended, PLAIN).slice(1)).toEqual([
    '└─ lock.wait /checkout  4.00 s  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 ahead of it, aborted',
    '   ↳ another request                                              holds it still, trace aaaaaaaa',
  ]);
  expect(traceTree(gaveUp, known(), PLAIN)[2]).toContain('not known here, trace aaaaaaaa');
});

test('shows the shortest span, and cuts what lies outside of the axis', () => {
  const root = span('c', 'root', 'POST /', [1_000, 2_000]);
  const blink = span('c', 'blink', 'lock.hold a', [2_000, 2_000], { parentId: 'root' });
  const late = span('c', 'late', 'lock.hold b', [1_500, 9_000], { parentId: 'root' });
  const [, first, second] = traceTree({ traceId: 'c', spans: [root, blink, late] }, find, PLAIN);
  expect(first).toBe('├─ lock.hold b  7.50 s                  ████████████████');
  expect(second).toBe('└─ lock.hold a       0                                 █');
});

test('has nothing to draw for a request that is still under way', () => {
  expect(traceTree({ ...WAITER, spans: WAITER.spans.slice(0, 3) }, find, PLAIN)).toEqual([]);
});

test('colours waits, holds and blockers without moving anything', () => {
  const coloured = traceTree(WAITER, find, COLOURS);
  expect(coloured[1]).toContain('\x1b[33m░');
  expect(coloured[2]).toContain('\x1b[31m▒');
  expect(coloured[3]).toContain('\x1b[32m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  const plain = coloured.map((line) => line.replace(/\x1b\[\d+m/g, '').trimEnd());
  expect(plain).toEqual(traceTree(WAITER, find, PLAIN));
});
