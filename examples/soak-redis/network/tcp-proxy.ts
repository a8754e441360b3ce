/**
 * A cable that can be cut: it stands between one client and one server, and does to their connections what networks do.
 *
 * Invariant: bytes arrive in the order in which they were sent, or not at all and nothing after them; a stream is never
 * damaged, for TCP does not damage it either. Hence a lost reply is also the end of its connection.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { calm, ProxiedLink, type Weather } from './proxied-link.js';

/** Waits for a request whose answer is to be lost. */
interface Trap {
  readonly match: (request: string) => boolean;
  readonly sprung: () => void;
}

/** Listens on a port of its own and passes everything on to another one of this machine. */
export class TcpProxy {
  private readonly links = new Set<ProxiedLink>();
  private readonly traps: Trap[] = [];
  private weather: Weather = calm();
  private refusing = false;

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** Opens one to the port `target`. */
  static async open(target: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Where clients connect to. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.links.size;
  }

  /**
   * Resets connections (RST to both ends). New ones go through.
   *
   * @param which By what the client said first; all without it.
   */
  cut(which: (said: string) => boolean = () => true): void {
    for (const link of this.links) if (which(link.said)) link.cut();
  }

  /** Resets all connections, and every new one. */
  refuse(): void {
    this.refusing = true;
    this.cut();
  }

  /** Nothing passes, in either direction, and nobody is told. What is sent arrives after {@link heal}. */
  blackhole(): void {
    this.change({ ...this.weather, frozen: true });
  }

  /** The server's ends are closed; the clients' stay open, and what they send goes nowhere. */
  halfOpen(): void {
    for (const link of this.links) link.halve();
  }

  /** Everything takes `delay` milliseconds, give or take at most `jitter`, as `random` has it, in each direction. */
  slow(delay: number, jitter = 0, random = Math.random): void {
    this.change({ ...this.weather, delay, jitter, random });
  }

  /**
   * The server does what the next request that matches asks for, but its answer is lost, and the connection with it.
   * Resolves when that has happened.
   */
  loseReply(match: (request: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.traps.push({ match, sprung: resolve });
    });
  }

  /** The network works again. Who had been left half-open finds out. */
  heal(): void {
    this.refusing = false;
    this.traps.length = 0;
    for (const link of this.links) if (link.halved) link.cut();
    this.change(calm());
  }

  /** Resets everything and listens no more. */
  async close(): Promise<void> {
    this.cut();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private change(weather: Weather): void {
    this.weather = weather;
    for (const link of this.links) link.weather = weather;
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    const link = new ProxiedLink(client, server, this.weather, {
      asked: (request) => this.springTrap(request),
      closed: () => this.links.delete(link),
    });
    this.links.add(link);
  }

  private springTrap(request: string): (() => void) | undefined {
    const index = this.traps.findIndex(({ match }) => match(request));
    return index < 0 ? undefined : this.traps.splice(index, 1)[0]!.sprung;
  }
}
