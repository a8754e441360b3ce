/** Ports that somebody was faster to take: those that are free are dealt out here, not by the system. */
import { createServer, type Server } from 'node:net';
import { RedisProcess } from '../../../examples/shared/servers/redis-process.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { freePort } from '../../../grafana/live/free-port.js';
import { redisProgram } from '../../support/redis-server.js';

const IN_USE = 'Address already in use';
/** Above it there is no port 10 000 higher, where the nodes of a Cluster talk by default. */
const LAST_WITH_ANOTHER = 55_535;

let program: string;
let occupied: Server;
let taken: number;

beforeAll(async () => {
  program = await redisProgram();
}, 180_000);
beforeEach(async () => {
  occupied = await occupy(0);
  taken = (occupied.address() as { port: number }).port;
});
afterEach(() => void occupied.close());

/** Says that these are free, and then what is. */
function deals(...ports: number[]): typeof freePort {
  return async () => ports.shift() ?? freePort();
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The first port after `last` that nobody listens on. */
async function freePortAfter(last: number): Promise<number> {
  try {
    const server = await occupy(last + 1);
    await new Promise((resolve) => server.close(resolve));
    return last + 1;
  } catch {
    return freePortAfter(last + 1);
  }
}

test('another one is asked for', async () => {
  const other = await freePort();
  const server = await RedisProcess.start({ program }, deals(taken, await freePort(), other));
  expect(server.port).toBe(other);
  await server.stop();
});

test('for the nodes of a Cluster there are two, and another pair is asked for', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const server = await RedisProcess.start({ program, cluster: true }, deals(port, taken, other));
  expect(server.port).toBe(other);
  await server.stop();
});

test('it gives up in the end, and says why', async () => {
  await expect(RedisProcess.start({ program }, async () => taken)).rejects.toThrow(IN_USE);
});

test('a restart needs its own, and can be tried again', async () => {
  const server = await RedisProcess.start({ program });
  await server.kill();
  const thief = await occupy(server.port);
  await expect(server.restart()).rejects.toThrow(IN_USE);
  await new Promise((resolve) => thief.close(resolve));
  await server.restart();
  expect(await redisCli(server.port, 'PING')).toBe('PONG');
  await server.stop();
});

test('a node of a Cluster starts on the highest ports', async () => {
  const port = await freePortAfter(LAST_WITH_ANOTHER);
  const node = await RedisProcess.start({ program, cluster: true }, deals(port));
  expect(node.port).toBe(port);
  await node.stop();
});
