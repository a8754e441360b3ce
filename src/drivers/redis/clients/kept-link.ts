/**
 * A link that comes back: when one is gone, the next is made, for ever, until it is closed.
 *
 * Invariants: a link is used only after it was proven to work, by a real answer; one that is shaken, or in doubt, is used until
 * its successor works; there is at most one successor in the making; and `up` and `down` alternate.
 */
import { backOff } from './back-off.js';
import { notConnected, plainError } from './failures.js';
import type { Link, OpenLink } from './link.js';

/** Milliseconds that a link may take from the first packet to the proof; a hung server must not hold up the next try. */
const OPENING = 5_000;
/** A link that lived so long (ms) was a good one: the next is made quickly. */
const GOOD_LIFE = 2_000;

/** How a link is kept. */
export interface KeptLinkOptions {
  readonly open: OpenLink;
  /** Resolves when the link is of use. */
  prove(link: Link): Promise<unknown>;
  up(): void;
  down(error: Error): void;
  /** How long (ms) a link that has a successor may still answer what it was asked, and one in doubt may be silent. */
  readonly grace: number;
}

export class KeptLink {
  /** What went wrong last; `undefined` while it works. */
  lastError: Error | undefined;
  /** The one that works. */
  current: Link | undefined;
  readonly #options: KeptLinkOptions;
  #next: Link | undefined;
  /** Those that have a successor. */
  readonly #old = new Set<Link>();
  #whole = false;
  #failures = 0;
  #since = 0;
  /** Why the one that is used is in doubt, and when that is over. */
  #doubt: { readonly error: Error; readonly timer: NodeJS.Timeout } | undefined;
  #retry: NodeJS.Timeout | undefined;
  #giveUp: NodeJS.Timeout | undefined;
  #begun = false;
  #closed = false;

  constructor(options: KeptLinkOptions) {
    this.#options = options;
  }

  /** Makes the first, if that is not done yet. */
  open(): void {
    if (!this.#begun) this.#open();
  }

  /** The link does not do what it should: there must be another. */
  replace(link: Link, error: Error): void {
    if (link === this.current || link === this.#next) this.#gone(link, error);
  }

  /** Like `replace`, but the link is used until the other is there. */
  renew(link: Link, error: Error): void {
    if (link !== this.current || !this.#whole) return;
    this.#lost(error);
    this.#later();
  }

  /**
   * The link is silent: it is dead, or it is slow. It cannot be left, for to make another takes several times as long as a slow
   * answer; nor can it be waited for. So another is made, and whichever answers first is used.
   */
  doubt(link: Link, error: Error): void {
    if (link !== this.current || !this.#whole || this.#doubt !== undefined) return;
    this.#doubt = { error, timer: setTimeout(() => this.replace(link, error), this.#options.grace).unref() };
    this.#open();
  }

  /** The link has answered. */
  trust(link: Link): void {
    if (this.#doubt !== undefined && link === this.current) this.#endDoubt();
  }

  close(): void {
    this.#closed = true;
    this.#endDoubt();
    clearTimeout(this.#retry);
    clearTimeout(this.#giveUp);
    for (const link of [this.#next, this.current, ...this.#old]) link?.end();
    this.#next = undefined;
    this.current = undefined;
  }

  #open(): void {
    if (this.#closed || this.#next !== undefined) return;
    this.#begun = true;
    const link = this.#options.open({
      up: () => void this.#prove(link),
      shaken: (error) => this.renew(link, error),
      gone: (error) => this.#gone(link, error),
    });
    this.#next = link;
    this.#giveUp = setTimeout(() => this.#gone(link, notConnected(OPENING, this.lastError)), OPENING).unref();
  }

  async #prove(link: Link): Promise<void> {
    try {
      await this.#options.prove(link);
    } catch (error) {
      this.#gone(link, plainError(error));
      return;
    }
    if (link !== this.#next) return;
    clearTimeout(this.#giveUp);
    if (this.#doubt !== undefined) this.#gone(this.current!, this.#doubt.error);
    this.#next = undefined;
    // The one that was in doubt has answered first.
    if (this.#whole) return void link.end();
    const before = this.current;
    this.current = link;
    this.#whole = true;
    this.#since = performance.now();
    this.lastError = undefined;
    if (before !== undefined) this.#retire(before);
    this.#options.up();
  }

  #retire(link: Link): void {
    this.#old.add(link);
    const end = (): void => {
      this.#old.delete(link);
      link.end();
    };
    setTimeout(end, this.#options.grace).unref();
  }

  #gone(link: Link, error: Error): void {
    if (link !== this.current && link !== this.#next) return;
    const opening = link === this.#next;
    if (opening) {
      clearTimeout(this.#giveUp);
      this.#next = undefined;
    } else {
      this.current = undefined;
      this.#endDoubt();
    }
    link.end();
    if (opening && this.#whole) return;
    this.#lost(error);
    this.#later();
  }

  #endDoubt(): void {
    clearTimeout(this.#doubt?.timer);
    this.#doubt = undefined;
  }

  #lost(error: Error): void {
    const first = this.#whole || (this.lastError === undefined && this.current === undefined);
    this.lastError = error;
    this.#whole = false;
    if (first) this.#options.down(error);
  }

  /** This timer keeps the process alive, as the socket did whose place it takes: whoever waits for a lock waits on. */
  #later(): void {
    if (this.#closed || this.#next !== undefined) return;
    if (this.#since > 0 && performance.now() - this.#since > GOOD_LIFE) this.#failures = 0;
    this.#since = 0;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), backOff(++this.#failures));
  }
}
