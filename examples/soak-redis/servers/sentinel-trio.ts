/**
 * A primary with one replica, watched by three Sentinels. The replica hears its primary through a proxy: it can be made
 * to fall behind.
 */
import { RedisProcess } from '../../shared/servers/redis-process.js';
import { TcpProxy } from '../network/tcp-proxy.js';
import { eventually } from './eventually.js';
import { redisCli } from './redis-cli.js';

/** What the Sentinels call the deployment. */
export const NAME = 'main';
/**
 * How long a primary must be silent before a Sentinel believes that it is down, in milliseconds: longer than any test, for
 * a machine that is busy is silent too.
 */
const SILENCE = 120_000;

/** See above. */
export class SentinelTrio {
  private constructor(
    readonly primary: RedisProcess,
    readonly replica: RedisProcess,
    readonly sentinels: readonly RedisProcess[],
    private readonly replication: TcpProxy,
  ) {}

  /** Starts all five. Resolves when each Sentinel knows the replica and the other two. */
  static async start(program?: string): Promise<SentinelTrio> {
    const config = ['repl-diskless-sync-delay 0'];
    const primary = await RedisProcess.start({ program, config });
    const replication = await TcpProxy.open(primary.port);
    const replica = await RedisProcess.start({ program, config, replicaOf: replication.port });
    const started: RedisProcess[] = [];
    for (let index = 0; index < 3; index++) {
      started.push(await RedisProcess.start({ program, sentinel: true, config: watching(primary.port) }));
    }
    const trio = new SentinelTrio(primary, replica, started, replication);
    for (const { port } of started) {
      await eventually(async () => {
        const { 'num-slaves': replicas, 'num-other-sentinels': others } = await fieldsOf(port);
        return replicas === '1' && others === '2';
      }, 'the Sentinels to know one another');
    }
    return trio;
  }

  /** From now on the replica hears nothing of its primary, and neither is told. */
  lag(): void {
    this.replication.blackhole();
  }

  /**
   * The primary is killed. Resolves when the Sentinels have made the replica the primary, with what it had heard by
   * then. One of them is told to: an election that nobody wins would be held again after minutes.
   */
  async failOver(): Promise<void> {
    await this.primary.kill();
    await this.replication.close();
    await redisCli(this.sentinels[0]!.port, 'SENTINEL', 'FAILOVER', NAME);
    await eventually(async () => {
      const ports = await Promise.all(this.sentinels.map(({ port }) => fieldsOf(port)));
      return ports.every(({ port }) => port === String(this.replica.port));
    }, 'the failover');
  }

  /** Ends all five. */
  async stop(): Promise<void> {
    for (const server of [...this.sentinels, this.replica, this.primary]) await server.stop();
    await this.replication.close();
  }
}

/**
 * The configuration of a Sentinel. A replica whose primary is said to be elsewhere (at the proxy) is set right after
 * the failover timeout: that must not come to pass.
 */
function watching(port: number): string[] {
  return [
    `sentinel monitor ${NAME} 127.0.0.1 ${port} 2`,
    `sentinel down-after-milliseconds ${NAME} ${SILENCE}`,
    `sentinel failover-timeout ${NAME} 120000`,
  ];
}

/** What a Sentinel knows of the primary. */
async function fieldsOf(port: number): Promise<Record<string, string>> {
  const words = (await redisCli(port, 'SENTINEL', 'MASTER', NAME)).split('\n');
  return Object.fromEntries(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]!]] : [])));
}
