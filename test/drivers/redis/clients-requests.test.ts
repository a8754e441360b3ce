/**
 * The one timer of the commands on their way.
 */
import { jest } from '@jest/globals';
import type { KeptLink } from '../../../src/drivers/redis/clients/kept-link.js';
import { Requests } from '../../../src/drivers/redis/clients/requests.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';

beforeAll(installControlledTimers);

const TIMEOUT = 100;

test('whoever asks as a link is found silent has no timer of its own, and is too late in its own time', async () => {
  let time = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => time);
  const told: string[] = [];
  const ask = (name: string): void => {
    requests.make(name, () => new Promise(() => {})).catch(({ message }: Error) => told.push(message));
  };
  const requests = new Requests({
    link: { current: {}, trust: () => undefined } as unknown as KeptLink,
    address: 'x:1',
    timeout: TIMEOUT,
    silent: () => {
      if (time === TIMEOUT) ask('second');
    },
    unfit: () => undefined,
  });
  const pass = async (): Promise<void> => {
    time += TIMEOUT;
    jest.advanceTimersByTime(TIMEOUT);
    await turn();
  };
  ask('first');
  await pass();
  expect([jest.getTimerCount(), told]).toEqual([1, ['Redis at x:1 did not answer first within 100 ms']]);
  await pass();
  expect([jest.getTimerCount(), told.length]).toEqual([0, 2]);
});
