/**
 * What a lock must offer to be measured: each in its own words, through the thinnest adapter there is, with the defaults that
 * it comes with. Only how *often* it tries is set to "for ever" where it would give up during a scene.
 */

/** Gives back what `acquire` gave. */
export type Release = () => Promise<unknown>;

/** What one process has of it: connections of its own, and as many locks as it is asked for. */
export interface Participant {
  /** Acquires and releases once, the way that the library's users write it. */
  pass(name: string): Promise<unknown>;
  /** Waits for its turn. A floor has none. */
  acquire?(name: string): Promise<Release>;
  close(): Promise<unknown>;
}

/** One way to have a lock. */
export interface Contestant {
  readonly name: string;
  /** The floor of its client, which its times are compared with. */
  readonly floor?: string;
  /** Differs from another contestant in how it waits only, and is of no interest where nobody does. */
  readonly waitsOnly?: boolean;
  /**
   * What one process does at its start. Resolves when it is connected.
   *
   * @param lease For those that renew what they hold: milliseconds, instead of their own default.
   */
  open(port: number, lease?: number): Promise<Participant>;
}

/** A participant whose users write the pair. */
export function pairOf(acquire: (name: string) => Promise<Release>, close: Participant['close']): Participant {
  return {
    acquire,
    async pass(name) {
      const release = await acquire(name);
      await release();
    },
    close,
  };
}
