/**
 * A link to a Cluster that finds out why it could not be made, by a connection of its own: that must not outlive it.
 */
import { EventEmitter } from 'node:events';
import { type IoredisCluster, ioredisClusterDeployment } from '../../../src/drivers/redis/clients/ioredis-cluster.js';

/** What the client does, as far as the link sees it. */
class Client extends EventEmitter {
  readonly options = {};
  readonly startupNodes = [{ host: 'x', port: 1 }];
  readonly made: Client[] = [];

  duplicate(): Client {
    this.made.push(new Client());
    return this.made.at(-1)!;
  }

  nodes(): Client[] {
    return [];
  }

  async connect(): Promise<void> {}

  disconnect(): void {
    this.emit('end');
  }
}

/** A link whose client was told nothing but that a connection is closed, which ends in `how`. */
function inquiriesOf(how: (client: Client, end: () => void) => void): number {
  const template = new Client();
  const events = { up: () => undefined, shaken: () => undefined, gone: () => undefined };
  const link = ioredisClusterDeployment(template as unknown as IoredisCluster).commands(events);
  const [client] = template.made;
  const node = new Client();
  client!.emit('+node', node);
  client!.emit('error', new Error('Connection is closed.'));
  how(client!, () => link.end());
  return node.made.length;
}

test('when it ends by itself it asks the node what is wrong', () => {
  expect(inquiriesOf((client) => client.emit('end'))).toBe(1);
});

test('when it is ended nobody wants to know: no connection is made', () => {
  expect(inquiriesOf((_, end) => end())).toBe(0);
});
