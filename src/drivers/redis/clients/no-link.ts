/** What stands for a link that cannot even be tried: it is gone at once, and the next try comes as after any failure. */
import type { Link, LinkEvents } from './link.js';

export class NoLink implements Link {
  readonly #reason: string;

  constructor(reason: string, events: LinkEvents) {
    this.#reason = reason;
    queueMicrotask(() => events.gone(new Error(reason)));
  }

  send(): Promise<unknown> {
    return Promise.reject(new Error(this.#reason));
  }

  subscribe(): Promise<unknown> {
    return this.send();
  }

  end(): void {}
}
