/**
 * A link that is silent: nobody can tell a dead one from a slow one, so another is made beside it, and whichever answers first
 * is used.
 */
import { jest } from '@jest/globals';
import { KeptLink } from '../../../src/drivers/redis/clients/kept-link.js';
import type { Link, LinkEvents } from '../../../src/drivers/redis/clients/link.js';
import { type Deferred, deferred } from '../../support/deferred.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';

beforeAll(installControlledTimers);

const GRACE = 300;
const SILENT = new Error('no answer');

/** A link whose every step is the test's. */
class Played implements Link {
  ended = false;
  readonly proof: Deferred<void> = deferred();

  constructor(readonly events: LinkEvents) {}

  send(): Promise<unknown> {
    return this.proof.promise;
  }

  subscribe(): Promise<unknown> {
    return this.proof.promise;
  }

  end(): void {
    this.ended = true;
  }

  async works(): Promise<void> {
    this.events.up();
    this.proof.resolve();
    await turn();
  }
}

/** With one link, which works. */
async function keep(): Promise<{ kept: KeptLink; made: Played[]; told: string[] }> {
  const made: Played[] = [];
  const told: string[] = [];
  const kept = new KeptLink({
    open(events) {
      made.push(new Played(events));
      return made.at(-1)!;
    },
    prove: (link) => link.send([]),
    grace: GRACE,
    up: () => told.push('up'),
    down: ({ message }) => told.push(`down: ${message}`),
  });
  kept.open();
  await made[0]!.works();
  return { kept, made, told };
}

test('in doubt it is used until another works; then it is ended, and whatever it was asked with it', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  kept.doubt(made[0]!, SILENT);
  expect([made.length, kept.current === made[0], told]).toEqual([2, true, ['up']]);
  await made[1]!.works();
  expect([kept.current === made[1], made.map(({ ended }) => ended)]).toEqual([true, [true, false]]);
  expect(told).toEqual(['up', 'down: no answer', 'up']);
  jest.advanceTimersByTime(10 * GRACE);
  expect([kept.current === made[1], made.length, told.length]).toEqual([true, 2, 3]);
});

test('if it answers first, it stays, and the other is ended', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  kept.trust(made[0]!);
  jest.advanceTimersByTime(10 * GRACE);
  await made[1]!.works();
  expect([kept.current === made[0], made.map(({ ended }) => ended), told]).toEqual([true, [false, true], ['up']]);
});

test('one that is silent again is in doubt again', async () => {
  const { kept, made, told } = await keep();
  for (let time = 1; time <= 3; time++) {
    kept.doubt(made[0]!, SILENT);
    expect(made).toHaveLength(time + 1);
    kept.trust(made[0]!);
    await made[time]!.works();
  }
  expect([kept.current === made[0], told]).toEqual([true, ['up']]);
});

test('if neither answers in time, it is lost, and the other goes on', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  jest.advanceTimersByTime(GRACE - 1);
  expect(kept.current).toBe(made[0]);
  jest.advanceTimersByTime(1);
  expect([kept.current, made.length, made[0]!.ended, told]).toEqual([undefined, 2, true, ['up', 'down: no answer']]);
  await made[1]!.works();
  expect([kept.current === made[1], told.length]).toEqual([true, 3]);
});

test('that another cannot be made is no loss yet; when it is silent for too long, they are made until one works', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  made[1]!.events.gone(new Error('refused'));
  expect([kept.current === made[0], told]).toEqual([true, ['up']]);
  jest.advanceTimersByTime(GRACE);
  expect(told).toEqual(['up', 'down: no answer']);
  jest.advanceTimersByTime(100);
  await made[2]!.works();
  expect([kept.current === made[2], told.at(-1)]).toEqual([true, 'up']);
});

test('one that is gone while in doubt is lost once, for its own reason', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  made[0]!.events.gone(new Error('reset'));
  jest.advanceTimersByTime(10 * GRACE);
  expect([kept.current, made.length, told]).toEqual([undefined, 2, ['up', 'down: reset']]);
  await made[1]!.works();
  expect([kept.current === made[1], told.at(-1)]).toEqual([true, 'up']);
});

test('closed in doubt, it ends both, and tells nothing any more', async () => {
  const { kept, made, told } = await keep();
  kept.doubt(made[0]!, SILENT);
  kept.close();
  await made[1]!.works();
  jest.advanceTimersByTime(10 * GRACE);
  expect([kept.current, made.map(({ ended }) => ended), told]).toEqual([undefined, [true, true], ['up']]);
});
