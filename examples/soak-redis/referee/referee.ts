/**
 * The referee: it keeps the log, and it is the resource that the locks protect. Clients tell it what they do over TCP,
 * past every disturbance between them and the engine.
 *
 * Invariant: the lines of one client stand in the log in the order of that client; and a write is judged when it comes
 * in.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Entry } from '../log/entry.js';
import { machineNow } from '../log/machine-clock.js';
import type { Command } from './commands.js';
import { FencedResource } from './fenced-resource.js';
import { onLines, sendLine } from './lines.js';

/** Waits for a line. */
interface Watcher {
  readonly test: (entry: Entry) => boolean;
  readonly found: (entry: Entry) => void;
}

/** A line of a client; a write has a number, which its answer repeats. */
type ClientLine = Entry & { readonly process: string; readonly write?: number };

/** See above. */
export class Referee {
  readonly log: Entry[] = [];
  private readonly resource: FencedResource;
  private readonly clients = new Map<string, Socket>();
  private readonly watchers = new Set<Watcher>();

  private constructor(
    private readonly server: Server,
    fencing: boolean,
  ) {
    this.resource = new FencedResource(fencing);
    server.on('connection', (socket) => {
      socket.setNoDelay(true).on('error', () => {}); // who is killed hangs up rudely
      onLines<ClientLine>(socket, (line) => this.hear(line, socket));
    });
  }

  /** @param fencing Whether the resource turns stale writes away. */
  static async open(fencing = true): Promise<Referee> {
    const server = createServer();
    const referee = new Referee(server, fencing);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return referee;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Adds a line to the log. */
  note(entry: Entry): void {
    this.log.push(entry);
    for (const watcher of this.watchers) if (watcher.test(entry)) watcher.found(entry);
  }

  /** Tells a client what to do. */
  tell(process: string, command: Command): void {
    const socket = this.clients.get(process);
    if (socket === undefined) throw new Error(`${process} is not there`);
    sendLine(socket, command);
  }

  /**
   * The first line for which `test` is true, of those that are there or still to come.
   *
   * @param what For the error.
   * @throws Error when none came in `limit` milliseconds.
   */
  when<T extends Entry>(test: (entry: Entry) => entry is T, what: string, limit?: number): Promise<T>;
  when(test: (entry: Entry) => boolean, what: string, limit?: number): Promise<Entry>;
  when(test: (entry: Entry) => boolean, what: string, limit = 60_000): Promise<Entry> {
    const there = this.log.find(test);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watchers.delete(watcher);
        const last = this.log.slice(-5).map((entry) => JSON.stringify(entry));
        reject(new Error(`waited ${limit} ms in vain for ${what}; the log ends with\n${last.join('\n')}`));
      }, limit);
      const found = (entry: Entry): void => {
        clearTimeout(timer);
        this.watchers.delete(watcher);
        resolve(entry);
      };
      const watcher: Watcher = { test, found };
      this.watchers.add(watcher);
    });
  }

  /** Hangs up on everybody. */
  async close(): Promise<void> {
    for (const socket of this.clients.values()) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private hear({ write, ...entry }: ClientLine, socket: Socket): void {
    if (entry.type === 'hello') this.clients.set(entry.process, socket);
    this.note(entry as Entry);
    if (entry.type !== 'write') return;
    const { process, attempt, lock, token } = entry;
    const accepted = this.resource.write(lock, token);
    this.note({ type: 'judged', at: machineNow(), process, attempt, lock, token, accepted });
    sendLine(socket, { do: 'judged', write: write!, accepted } satisfies Command);
  }
}
