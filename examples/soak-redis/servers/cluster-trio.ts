/**
 * A Cluster of three primaries, each with a third of the slots, without replicas.
 */
import { RedisProcess } from '../../shared/servers/redis-process.js';
import { eventually } from './eventually.js';
import { redisCli } from './redis-cli.js';

const SLOTS = 16_384;
const NODES = 3;

/** See above. */
export class ClusterTrio {
  private constructor(readonly nodes: readonly RedisProcess[]) {}

  /** Starts it. Resolves when every node finds the whole in order. */
  static async start(
    program?: string,
    config: readonly string[] = ['cluster-node-timeout 2000'],
  ): Promise<ClusterTrio> {
    const nodes: RedisProcess[] = [];
    for (let index = 0; index < NODES; index++) {
      nodes.push(await RedisProcess.start({ program, cluster: true, config }));
    }
    const trio = new ClusterTrio(nodes);
    for (const [index, { port, busPort }] of nodes.entries()) {
      const [first, end] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / NODES));
      await redisCli(port, 'CLUSTER', 'ADDSLOTSRANGE', String(first!), String(end! - 1));
      await redisCli(port, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      if (index === 0) continue;
      await redisCli(nodes[0]!.port, 'CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPort));
    }
    for (const { port } of nodes) {
      await eventually(async () => {
        const info = await redisCli(port, 'CLUSTER', 'INFO');
        const parts = ['cluster_state:ok', `cluster_known_nodes:${NODES}`, `cluster_slots_assigned:${SLOTS}`];
        return parts.every((part) => info.includes(part));
      }, 'the Cluster to be in order');
    }
    return trio;
  }

  get ports(): number[] {
    return this.nodes.map(({ port }) => port);
  }

  /** Which node has the slot of `key`. */
  async ownerOf(key: string): Promise<number> {
    const slot = Number(await redisCli(this.nodes[0]!.port, 'CLUSTER', 'KEYSLOT', key));
    for (const [index, { port }] of this.nodes.entries()) {
      const line = (await redisCli(port, 'CLUSTER', 'NODES')).split('\n').find((each) => each.includes('myself'))!;
      const ranges = line
        .split(' ')
        .slice(8)
        .filter((each) => !each.startsWith('['));
      const owns = ranges.some((range) => {
        const [first, last = first] = range.split('-').map(Number);
        return first! <= slot && slot <= last!;
      });
      if (owns) return index;
    }
    throw new Error(`nobody has slot ${slot}`);
  }

  /**
   * Moves the slot of `key`, with its keys, to the node `target`, one key at a time as an administrator's tool does it.
   */
  async moveSlotOf(key: string, target: number): Promise<void> {
    const source = this.nodes[await this.ownerOf(key)]!.port;
    const destination = this.nodes[target]!.port;
    const slot = await redisCli(source, 'CLUSTER', 'KEYSLOT', key);
    const [from, to] = await Promise.all([source, destination].map((port) => redisCli(port, 'CLUSTER', 'MYID')));
    await redisCli(destination, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', from!);
    await redisCli(source, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', to!);
    for (;;) {
      const keys = await redisCli(source, 'CLUSTER', 'GETKEYSINSLOT', slot, '100');
      if (keys === '') break;
      for (const each of keys.split('\n')) {
        await redisCli(source, 'MIGRATE', '127.0.0.1', String(destination), each, '0', '5000');
      }
    }
    for (const port of [destination, source, ...this.ports])
      await redisCli(port, 'CLUSTER', 'SETSLOT', slot, 'NODE', to!);
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await node.stop();
  }
}
