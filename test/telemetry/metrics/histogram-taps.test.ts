/**
 * A histogram has room for one function, and several may want it.
 */
import { Histogram } from '../../../src/histogram.js';
import { addTap, tapAll } from '../../../src/telemetry/metrics/histogram-taps.js';
import { isolatedManager } from '../../support/isolated.js';

test('each tap sees each observation while it is on', () => {
  const histogram = new Histogram();
  const seen: string[] = [];
  const untap = ['a', 'b'].map((who) => addTap(histogram, (ms) => seen.push(`${who}${ms}`)));
  histogram.observe(1);
  untap[0]!();
  untap[0]!();
  histogram.observeNothing();
  untap[1]!();
  histogram.observe(2);
  expect(seen).toEqual(['a1', 'b1', 'b0']);
  expect(histogram.tap).toBeUndefined();
});

test('a function that somebody else put there stays', () => {
  const histogram = new Histogram();
  const seen: string[] = [];
  histogram.tap = (ms) => seen.push(`own${ms}`);
  const untap = addTap(histogram, (ms) => seen.push(`tap${ms}`));
  histogram.observe(1);
  untap();
  histogram.observe(2);
  expect(seen).toEqual(['own1', 'tap1', 'own2']);
});

test('a tap that is added by a tap sees that very observation', () => {
  const histogram = new Histogram();
  const seen: number[] = [];
  let added = false;
  addTap(histogram, () => {
    if (!added) addTap(histogram, (ms) => seen.push(ms));
    added = true;
  });
  histogram.observe(1);
  histogram.observe(2);
  expect(seen).toEqual([1, 2]);
});

test('taps that are taken off by a tap do not see that observation, and every other one does', () => {
  const histogram = new Histogram();
  const seen: string[] = [];
  const see = (who: string) => addTap(histogram, (ms) => seen.push(`${who}${ms}`));
  const before = see('before');
  addTap(histogram, () => {
    before();
    behind();
  });
  const behind = see('behind');
  see('last');
  histogram.observe(1);
  histogram.observe(2);
  expect(seen).toEqual(['before1', 'last1', 'last2']);
});

test('all histograms of a registry: those that are there, new names, _other and new kinds of round trips', () => {
  const { stats } = isolatedManager();
  stats.for('inventory');
  const seen: string[] = [];
  const untap = tapAll(
    stats,
    (key, { labels }) =>
      () =>
        seen.push([key, ...Object.values(labels).sort()].join(' ')),
  );
  stats.for('orders').wait.observe(1);
  stats.for('_other').hold.observe(1);
  stats.for('inventory').hold.observe(1);
  const backend = stats.backend('memory');
  backend.trips('acquire', 'ok').duration.observe(1);
  backend.trips('renew', 'error').duration.observe(1);
  expect(seen).toEqual([
    'waitDuration memory orders',
    'holdDuration _other memory',
    'holdDuration inventory memory',
    'backendDuration acquire memory ok',
    'backendDuration error memory renew',
  ]);
  untap();
  stats.for('late').wait.observe(1);
  stats.for('orders').wait.observe(1);
  expect(seen).toHaveLength(5);
  expect(stats.for('orders').wait.tap).toBeUndefined();
});
