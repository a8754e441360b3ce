/**
 * Which connection for commands is in use, as `waitReplicas` has to know it.
 */
import type { LinkEvents, OpenLink } from '../../../src/drivers/redis/clients/link.js';
import { connectTo } from '../../../src/drivers/redis/clients/two-connections.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';

beforeAll(installControlledTimers);

const UNHEARD = { ready: () => undefined, lost: () => undefined, message: () => undefined };

test('a connection to a node of a cluster that is lost begins another epoch, each time: it may come back by itself', async () => {
  const made: LinkEvents[] = [];
  const open: OpenLink = (events) => {
    made.push(events);
    return { send: async () => 'cluster_state:ok', subscribe: async () => undefined, end: () => undefined };
  };
  const deployment = { address: 'x:1', cluster: true, commands: open, listening: open };
  const connections = connectTo(deployment, { channel: 'c', commandTimeout: 500 }, UNHEARD);
  const epochs = [connections.epoch];
  made[0]!.up();
  await turn();
  for (let time = 0; time < 3; time++) {
    epochs.push(connections.epoch);
    made[0]!.shaken(new Error('ECONNRESET'));
  }
  await connections.close();
  expect(epochs).toEqual([0, 1, 2, 3]);
});
