/**
 * Which keys a request is sent for, when there are more locks than keys are kept.
 */
import { systemClock } from '../../../src/drivers/driver-clock.js';
import type { RedisConnections } from '../../../src/drivers/redis/connection.js';
import { Requests } from '../../../src/drivers/redis/requests.js';

const SETTINGS = { channel: 'lm:wake:a', handoffLease: 3_000, waiterTtl: 15_000, countsReceivers: true };

test('the keys are those of the lock, the first time and again, however many locks there are', async () => {
  const sent: string[] = [];
  const connections: RedisConnections = {
    address: 'x:1',
    cluster: false,
    epoch: 1,
    run: async (_script, keys) => {
      sent.push(keys[0]!);
      return 'released';
    },
    command: async () => null,
    commandAt: async () => null,
    close: async () => undefined,
  };
  const requests = new Requests(connections, 'lm', SETTINGS, systemClock, { ended: () => undefined });
  const names = Array.from({ length: 2_500 }, (_, i) => `stock:${i}`);
  for (const name of [...names, ...names]) await requests.release(name, 'a-1');
  expect(sent).toEqual([...names, ...names].map((name) => `lm:{${name}}:s`));
});
