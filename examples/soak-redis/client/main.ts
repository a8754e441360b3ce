/**
 * A client of the lock, in a process of its own: it does what the referee tells it, and tells the referee what it does.
 * It can be killed, stopped and stalled.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ClientSettings, Command } from '../referee/commands.js';
import { onLines } from '../referee/lines.js';
import { Client } from './client.js';
import { Reporter } from './reporter.js';

const settings = JSON.parse(process.argv[2]!) as ClientSettings;
const socket = connect(settings.referee, '127.0.0.1').setNoDelay(true);
await once(socket, 'connect');
// Without a referee there is nothing to do any more.
socket.on('error', () => {}).on('close', () => process.exit());

const reporter = new Reporter(socket, settings);
process.on('warning', ({ name, message }) => reporter.say({ type: 'complaint', text: `${name}: ${message}` }));
process.on('unhandledRejection', (reason) => {
  reporter.say({ type: 'complaint', text: `unhandled: ${reason instanceof Error ? reason.stack : String(reason)}` });
});
const client = new Client(settings, reporter);

onLines<Command>(socket, async (command) => {
  if (command.do === 'attempt') client.attempt(command);
  else if (command.do === 'leave') client.leave(command.attempt);
  else if (command.do === 'loop') client.loop(command);
  else if (command.do === 'stall') stall(command.time);
  else if (command.do === 'finish') await client.finish().then(() => reporter.say({ type: 'finished' }));
  else if (command.do === 'inspect') await client.inspect(command.lock);
  else if (command.do === 'judged') reporter.judged(command.write, command.accepted);
  else {
    await client.close();
    // From here on the driver must keep nothing that keeps the process.
    socket.removeAllListeners('close').unref();
  }
});
reporter.say({ type: 'hello' });

function stall(time: number): void {
  const end = performance.now() + time;
  while (performance.now() < end);
}
