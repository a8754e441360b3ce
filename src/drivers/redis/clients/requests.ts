/**
 * Commands on their way: each waits for a link, is sent, and is answered, and its time runs from the beginning. They all have the
 * same time, so the first of those that are open is the first to be too late, and one timer is enough.
 *
 * Invariants: each settles within its timeout; one that timed out, or was rejected, before it was sent is never sent; and
 * they are sent in the order in which they were made.
 */
import type { RedisReply } from '../connection.js';
import { afterReading } from './after-reading.js';
import { closed, failed, plainError, unanswered, unreachable } from './failures.js';
import type { KeptLink } from './kept-link.js';
import type { Link } from './link.js';
import { plainReply } from './reply.js';

interface Request {
  /** For messages. */
  readonly name: string;
  readonly send: (link: Link) => Promise<unknown>;
  readonly resolve: (reply: RedisReply) => void;
  readonly reject: (error: Error) => void;
  /** When it is too late, on the clock of `performance.now()`. */
  readonly deadline: number;
  sent: { readonly link: Link; readonly answersBefore: number } | undefined;
}

export interface RequestsOptions {
  readonly link: KeptLink;
  readonly address: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** A link has answered nothing for so long. */
  silent(link: Link, error: Error): void;
  /** A link says that it is not what we need. */
  unfit(link: Link, error: Error): void;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #open = new Set<Request>();
  #answers = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  make(name: string, send: (link: Link) => Promise<unknown>): Promise<RedisReply> {
    const { link, address, timeout } = this.#options;
    if (this.#closed) return Promise.reject(closed(address));
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + timeout;
      const request: Request = { name, send, resolve, reject, deadline, sent: undefined };
      this.#open.add(request);
      this.#timer ??= this.#lookIn(timeout);
      if (link.current !== undefined) this.#send(request, link.current);
    });
  }

  /** There is a link: sends what waited for it. */
  flush(): void {
    for (const request of this.#open) {
      const { current } = this.#options.link;
      if (current !== undefined && request.sent === undefined) this.#send(request, current);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const request of this.#open) this.#settle(request, () => request.reject(closed(this.#options.address)));
  }

  #lookIn(delay: number): NodeJS.Timeout {
    return setTimeout(() => afterReading(() => this.#look()), delay).unref();
  }

  /** Timers may be early by less than a millisecond. And whoever asks while somebody is told that it is too late needs none. */
  #look(): void {
    for (const request of this.#open) {
      const left = request.deadline - performance.now();
      if (left >= 1) {
        this.#timer = this.#lookIn(left);
        return;
      }
      this.#tooLate(request);
    }
    this.#timer = undefined;
  }

  #send(request: Request, link: Link): void {
    request.sent = { link, answersBefore: this.#answers };
    request.send(link).then(
      (reply) => this.#answered(request, link, reply),
      (error) => this.#failed(request, link, plainError(error)),
    );
  }

  #answered(request: Request, link: Link, reply: unknown): void {
    this.#answers++;
    this.#options.link.trust(link);
    this.#settle(request, () => {
      try {
        request.resolve(plainReply(reply));
      } catch (error) {
        request.reject(plainError(error));
      }
    });
  }

  #failed(request: Request, link: Link, error: Error): void {
    const { address, unfit } = this.#options;
    this.#settle(request, () => request.reject(failed(address, error)));
    if (error.message.startsWith('READONLY')) unfit(link, error);
  }

  #tooLate(request: Request): void {
    const { link, address, timeout, silent } = this.#options;
    const { name, sent } = request;
    const error = sent === undefined ? unreachable(address, link.lastError) : unanswered(address, name, timeout);
    this.#settle(request, () => request.reject(error));
    if (sent !== undefined && sent.answersBefore === this.#answers) silent(sent.link, error);
  }

  #settle(request: Request, settle: () => void): void {
    if (this.#open.delete(request)) settle();
  }
}
