/**
 * One customer's request, over real sockets that are kept open as a browser or a proxy keeps them.
 */
import { Agent, request } from 'node:http';

/** How a request ended. `refused`: the shop said 5xx. `failed`: there was no answer. */
export type Ending = 'served' | 'refused' | 'gave up' | 'failed';

/** Sends a POST; a customer without patience hangs up after that many milliseconds. Never rejects. */
export type Send = (path: string, patience?: number) => Promise<Ending>;

/**
 * @example
 * const client = new Client(3000, 100);
 * await client.send('/checkout', 400); // 'served', or 'gave up'
 */
export class Client {
  private readonly agent: Agent;

  /**
   * @param port Where the shop is, or what says it for each request.
   * @param sockets How many requests may be under way at once, on each port.
   */
  constructor(
    private readonly port: number | (() => number),
    sockets: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  readonly send: Send = (path, patience) => {
    const { agent } = this;
    const port = typeof this.port === 'number' ? this.port : this.port();
    return new Promise((resolve) => {
      const sent = request({ agent, port, path, host: '127.0.0.1', method: 'POST' });
      let ending: Ending = 'failed';
      const giveUp = (): void => {
        ending = 'gave up';
        sent.destroy();
      };
      const timer = patience === undefined ? undefined : setTimeout(giveUp, patience);
      sent.once('response', (response) => {
        response.resume();
        response.once('end', () => {
          ending = response.statusCode! >= 500 ? 'refused' : 'served';
        });
      });
      sent.on('error', () => {}); // 'close' follows
      sent.once('close', () => {
        clearTimeout(timer);
        resolve(ending);
      });
      sent.end();
    });
  };

  /** Hangs up on everything. */
  close(): void {
    this.agent.destroy();
  }
}
