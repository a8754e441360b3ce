/**
 * The process of one contestant: it tells its port, and how much processor time it has used whenever it is asked. It ends
 * with the process that started it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contestant } from './contestants.js';

if (process.send === undefined) throw new Error('Started by main.js only');
const tell = (message: unknown): void => void process.send!(message);

const app = await contestant(process.argv[2]!).load();
const server = createServer(await app.open());
server.listen(0, '127.0.0.1', () => tell((server.address() as AddressInfo).port));
process.on('message', () => tell(process.cpuUsage()));
process.on('disconnect', () => process.exit());
