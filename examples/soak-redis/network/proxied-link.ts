/**
 * One connection through a {@link TcpProxy}: two sockets, and in each direction a line of chunks that wait for their
 * time.
 *
 * Invariant: each direction keeps its order, whatever the delay of each chunk.
 */
import type { Socket } from 'node:net';

/** What the network is like. Times in milliseconds. */
export interface Weather {
  readonly delay: number;
  readonly jitter: number;
  readonly frozen: boolean;
  /** Draws each jitter, from [0, 1). */
  readonly random: () => number;
}

/** Nothing is in the way. */
export const calm = (): Weather => ({ delay: 0, jitter: 0, frozen: false, random: Math.random });

/** What the proxy wants to know of its connections. */
export interface LinkEvents {
  /** The client sent something. Returns what to call when its answer was lost, if it is to be lost. */
  asked(request: string): (() => void) | undefined;
  closed(): void;
}

/** As much as is kept of what a client said first: enough to tell what the connection is for. */
const SAID = 2_000;

/** See above. */
export class ProxiedLink {
  /** What the client said first. */
  said = '';
  /** Whether only the client's end is left. */
  halved = false;
  private readonly upward: Lane;
  private readonly downward: Lane;
  private lost: (() => void) | undefined;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    weather: Weather,
    private readonly events: LinkEvents,
  ) {
    this.upward = new Lane(server, weather);
    this.downward = new Lane(client, weather);
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.on('data', (chunk) => this.ask(chunk));
    server.on('data', (chunk) => this.answer(chunk));
    client.on('end', () => this.upward.push(undefined));
    server.on('end', () => this.downward.push(undefined));
    for (const socket of [client, server]) {
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', (failed) => {
        if (failed && !this.halved) this.cut();
        else if (client.destroyed && server.destroyed) events.closed();
      });
    }
  }

  set weather(weather: Weather) {
    this.upward.change(weather);
    this.downward.change(weather);
  }

  /** Resets both ends. */
  cut(): void {
    this.upward.clear();
    this.downward.clear();
    reset(this.client);
    reset(this.server);
  }

  /** Closes the server's end and leaves the client in the dark. */
  halve(): void {
    this.halved = true;
    this.upward.clear();
    this.server.destroy();
  }

  private ask(chunk: Buffer): void {
    const request = chunk.toString('latin1');
    if (this.said.length < SAID) this.said += request.slice(0, SAID);
    if (this.halved) return;
    this.lost ??= this.events.asked(request);
    this.upward.push(chunk);
  }

  private answer(chunk: Buffer): void {
    if (this.halved) return;
    if (this.lost === undefined) {
      this.downward.push(chunk);
      return;
    }
    this.cut();
    this.lost();
  }
}

/**
 * Resets a socket. One that has said its goodbye can only be closed: asked to reset it, libuv refuses, and it would
 * stay.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** One direction. */
class Lane {
  /** Chunks with the time at which each may go; `undefined` is the end. */
  private readonly waiting: { readonly chunk: Buffer | undefined; readonly due: number }[] = [];
  private last = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: Socket,
    private weather: Weather,
  ) {}

  push(chunk: Buffer | undefined): void {
    const { delay, jitter, random } = this.weather;
    const spread = jitter * (2 * random() - 1);
    this.last = Math.max(this.last, performance.now() + Math.max(0, delay + spread));
    this.waiting.push({ chunk, due: this.last });
    this.flush();
  }

  change(weather: Weather): void {
    this.weather = weather;
    this.flush();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private flush(): void {
    clearTimeout(this.timer);
    if (this.weather.frozen) return;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const left = next.due - performance.now();
      if (left > 0) {
        this.timer = setTimeout(() => this.flush(), left);
        return;
      }
      this.waiting.shift();
      if (next.chunk === undefined) this.target.end();
      else this.target.write(next.chunk);
    }
  }
}
