/**
 * Does to a scene what a schedule says, and writes into the log what it did.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { machineNow } from './log/machine-clock.js';
import { RECOVERY } from './referee/client-process.js';
import type { Player, Scene } from './scene.js';
import type { ClientFault, Fault, ServerFault } from './schedule.js';
import { redisCli } from './servers/redis-cli.js';

/** What a network does until it is healed, and how that is called. */
const CABLES = {
  blackhole: (cable) => cable.blackhole(),
  'half-open': (cable) => cable.halfOpen(),
  slow: (cable) => cable.slow(50, 50),
} satisfies Partial<Record<ClientFault, (cable: NonNullable<Player['cable']>) => void>>;

/** Whether it is done to the server. */
export function isServerFault(kind: Fault['kind']): kind is ServerFault {
  return kind === 'flush' || kind === 'flush-scripts' || kind === 'restart' || kind === 'freeze';
}

/** Does it to the server. Resolves when it is over. */
export async function disturbServer(scene: Scene, kind: ServerFault, time: number): Promise<void> {
  const { server, referee } = scene;
  if (kind === 'flush') await scene.loseState(kind, () => redisCli(server.port, 'FLUSHALL'));
  else if (kind === 'flush-scripts') await redisCli(server.port, 'SCRIPT', 'FLUSH');
  else if (kind === 'restart') await scene.loseState(kind, () => server.restart());
  else {
    const at = machineNow();
    referee.note({ type: 'disturbed', at, until: at + time + RECOVERY, what: kind });
    server.pause();
    await sleep(time);
    server.resume();
  }
}

/** Does it to a client. Resolves when it is over. */
export async function disturbClient({ process, cable }: Player, kind: ClientFault, time: number): Promise<void> {
  if (kind === 'kill') {
    await process.kill();
    return;
  }
  if (kind === 'pause') {
    await process.pause(time);
    return;
  }
  if (kind === 'stall') {
    process.stall(time);
    await sleep(time);
    return;
  }
  process.disturb(kind, time);
  if (kind === 'cut') cable!.cut();
  else if (kind === 'deafen') cable!.cut((said) => /\bsubscribe\b/i.test(said));
  else if (kind === 'lose-reply') void cable!.loseReply((request) => /evalsha/i.test(request));
  else {
    CABLES[kind](cable!);
    await sleep(time);
    cable!.heal();
  }
}
