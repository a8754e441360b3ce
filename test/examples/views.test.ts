/**
 * What is shown on a terminal and in a log.
 */
import { LockManager, StatsRegistry } from 'lockmeter';
import { PLAIN } from '../../examples/shared/paint.js';
import { RecentTraces } from '../../examples/shared/recent-traces.js';
import { lineView, tableView, watchedLocks } from '../../examples/shared/views.js';
import { span } from './span-records.js';

/** One lock that is held, and one trace that waited for it just now. */
async function watched() {
  const manager = new LockManager({ stats: new StatsRegistry() });
  const hold = await manager.lock('checkout').hold();
  const traces = new RecentTraces();
  const now = Date.now();
  traces.add(span('t', 'wait', 'lock.wait checkout', [now - 1_500, now], { parentId: 'root' }));
  traces.add(span('t', 'root', 'POST /checkout', [now - 2_000, now]));
  return { ...watchedLocks(manager), hold, traces, traffic: () => 'customers: 3 inside' };
}

test('a terminal has table, customers and the slowest trace at once, and keeps them when it stops', async () => {
  const written: string[] = [];
  const terminal = { columns: 120, rows: 40, write: (text: string) => written.push(text) };
  const { hold, ...what } = await watched();
  const view = tableView(terminal, what, PLAIN);
  const first = written.join('');
  expect(first).toMatch(/● checkout +1 +0 /);
  expect(first).toContain('customers: 3 inside');
  expect(first).toContain('Slowest recent trace, 1.50 s of it waiting: t');
  expect(first).toContain('└─ lock.wait checkout');
  await hold.release();
  view.stop();
  expect(written[1]).toMatch(/● checkout +0 +0 /);
  expect(written.at(-1)).toBe('\x1b[?25h');
});

test('a log ends with the last lines and the slowest trace', async () => {
  const lines: string[] = [];
  const { hold, ...what } = await watched();
  lineView((line) => lines.push(line), what).stop();
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}checkout {2}held {3}1 {2}queue {3}0 {2}utilisation/);
  expect(lines[1]).toBe('Slowest recent trace, 1.50 s of it waiting: t');
  expect(lines[2]).toContain('POST /checkout');
  await hold.release();
});

test('without a trace there is nothing to say about one', async () => {
  const lines: string[] = [];
  const { hold, ...what } = await watched();
  lineView((line) => lines.push(line), { ...what, traces: undefined, traffic: undefined }).stop();
  expect(lines).toHaveLength(1);
  await hold.release();
});
