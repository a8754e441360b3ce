/**
 * A program that starts a Redis of its own, says what belongs to that, and then is ended, or ends itself, without stopping it.
 */
import { spawn } from 'node:child_process';
import { RedisProcess } from '../../../examples/shared/servers/redis-process.js';

const OFF = ['ignore', 'ignore', 'ignore'] as const;

const [end, program] = process.argv.slice(2);
const server = await RedisProcess.start({ program });
await server.restart();
const heir = end === 'leaves an heir' ? spawn('sleep', ['60'], { stdio: [...OFF, server.lifeline] }) : undefined;
const { pid, folder, port } = server;
process.stdout.write(`${JSON.stringify({ pid, folder, port, heir: heir?.pid })}\n`, () => {
  if (end === 'exits') process.exit(0);
  if (end === 'throws') throw new Error('on purpose');
});
