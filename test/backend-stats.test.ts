/**
 * Round trips to a server that keeps locks, as the driver that makes them reports them.
 */
import { StatsRegistry } from 'lockmeter';
import { BackendStats } from '../src/backend-stats.js';

const kinds = (stats: BackendStats): string[] => stats.all().map(({ operation, result }) => `${operation} ${result}`);

test('acquire is there from the start, with both results, at zero', () => {
  const stats = new BackendStats('custom');
  expect(kinds(stats)).toEqual(['acquire ok', 'acquire error']);
  expect(stats.all().map(({ duration }) => duration.count)).toEqual([0, 0]);
});

test('the first trip of an operation brings both its results, and says once that there is more', () => {
  let grown = 0;
  const stats = new BackendStats('custom', () => grown++);
  const atFirst = grown;
  stats.trips('renew', 'ok').duration.observe(2);
  stats.trips('renew', 'ok').duration.observe(3);
  expect(kinds(stats)).toEqual(['acquire ok', 'acquire error', 'renew ok', 'renew error']);
  expect(stats.trips('renew', 'ok').duration).toMatchObject({ count: 2, sum: 5 });
  expect(stats.trips('renew', 'error').duration.count).toBe(0);
  expect(grown - atFirst).toBe(1);
});

test('a registry has one of each server, and that of the locks in memory from the start', () => {
  const stats = new StatsRegistry();
  expect(stats.backend('custom')).toBe(stats.backend('custom'));
  expect(Array.from(stats.backends(), ({ backend }) => backend)).toEqual(['memory', 'custom']);
});
