/**
 * The one timer of a driver: what is due happens in order and in time, whatever is put in, moved and taken out meanwhile.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { Agenda, type Due, NOWHERE } from '../../src/drivers/agenda.js';
import { clock } from '../support/controlled-clock.js';
import { installControlledTimers, passTime } from '../support/pass-time.js';

beforeAll(installControlledTimers);
afterEach(() => jest.clearAllTimers());

const clocks = { monotonic: () => clock.time, wall: () => clock.time };
const item = (due: () => void = () => {}): Due => ({ at: 0, place: NOWHERE, due });

test('what is due happens in order of time, with one timer', () => {
  const agenda = new Agenda(clocks);
  const start = clock.time;
  const order: [number, number][] = [];
  for (const delay of [40, 10, 30, 20, 50, 15]) {
    agenda.set(
      item(() => order.push([delay, clock.time - start])),
      start + delay,
    );
  }
  expect(jest.getTimerCount()).toBe(1);
  passTime(100);
  expect(order).toEqual([10, 15, 20, 30, 40, 50].map((delay) => [delay, delay]));
  expect([agenda.size, jest.getTimerCount()]).toEqual([0, 0]);
});

test('1 000 random changes: whatever is in it is due in order, and nothing else', () => {
  const agenda = new Agenda(clocks);
  const seed = Math.floor(Math.random() * 2 ** 32);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const start = clock.time;
  const done: number[] = [];
  const items = Array.from({ length: 100 }, (_, i) => item(() => done.push(i)));
  const planned = new Map<number, number>();
  for (let step = 0; step < 1_000; step++) {
    const i = random(100);
    if (random(3) === 0) {
      agenda.remove(items[i]!);
      planned.delete(i);
    } else {
      const at = start + 5 + random(500);
      agenda.set(items[i]!, at);
      planned.set(i, at);
    }
  }
  passTime(600);
  const times = done.map((i) => planned.get(i)!);
  expect([seed, done.length, new Set(done).size]).toEqual([seed, planned.size, planned.size]);
  expect([seed, times]).toEqual([seed, times.toSorted((a, b) => a - b)]);
});

test('an item that is put in again when it is due has another turn, later', () => {
  const agenda = new Agenda(clocks);
  let turns = 0;
  const again = item(() => {
    if (++turns < 3) agenda.set(again, 0);
  });
  agenda.set(again, 0);
  for (let tick = 1; tick <= 3; tick++) {
    jest.advanceTimersByTime(1);
    expect(turns).toBe(tick);
  }
});

test('an item that another takes out in the same tick has no turn, and one that is moved has it later', () => {
  const agenda = new Agenda(clocks);
  const turns: string[] = [];
  const removed = item(() => turns.push('removed'));
  const moved = item(() => turns.push('moved'));
  const first = item(() => {
    agenda.remove(removed);
    agenda.set(moved, clock.time + 50);
  });
  agenda.set(first, clock.time + 5);
  agenda.set(removed, clock.time + 6);
  agenda.set(moved, clock.time + 7);
  clock.time += 10;
  jest.advanceTimersByTime(10);
  expect(turns).toEqual([]);
  passTime(50);
  expect(turns).toEqual(['moved']);
});

test('an item that throws takes nothing from the others', () => {
  const agenda = new Agenda(clocks);
  const turns: string[] = [];
  const broken = item(() => {
    throw new Error('broken');
  });
  agenda.set(broken, clock.time + 5);
  agenda.set(
    item(() => turns.push('other')),
    clock.time + 5,
  );
  expect(() => passTime(5)).toThrow('broken');
  passTime(5);
  expect([turns, agenda.size]).toEqual([['other'], 0]);
});

test('it knows how late it is, now and for a while after', () => {
  const agenda = new Agenda(clocks);
  agenda.set(item(), clock.time + 10);
  clock.time += 510;
  expect(agenda.lateness(1_000)).toBe(500);
  jest.advanceTimersByTime(10);
  agenda.set(item(), clock.time + 10);
  passTime(900);
  expect(agenda.lateness(1_000)).toBe(500);
  expect(agenda.lateness(800)).toBe(0);
});

test('an item due in a month does not make the timer fire at once', () => {
  const agenda = new Agenda(clocks);
  let turns = 0;
  agenda.set(
    item(() => turns++),
    clock.time + 30 * 24 * 3_600_000,
  );
  passTime(1_000);
  expect([turns, jest.getTimerCount()]).toEqual([0, 1]);
});

test('cleared, it forgets everything', () => {
  const agenda = new Agenda(clocks);
  const kept = item();
  agenda.set(kept, clock.time + 10);
  agenda.clear();
  expect([agenda.size, kept.place, jest.getTimerCount()]).toEqual([0, NOWHERE, 0]);
});

test('what is due does not find the async context of whoever put it in', () => {
  const storage = new AsyncLocalStorage<string>();
  const agenda = new Agenda(clocks);
  const seen: unknown[] = [];
  storage.run('caller', () => {
    agenda.set(
      item(() => seen.push(storage.getStore())),
      clock.time + 5,
    );
    agenda.inBackground(() => seen.push(storage.getStore()));
  });
  passTime(5);
  expect(seen).toEqual([undefined, undefined]);
});
